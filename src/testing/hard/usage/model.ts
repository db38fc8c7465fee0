import type { App, Interval, Meaning, Total } from "./meaning.ts";
import type { OwnDates, OwnDay } from "./own-dates.ts";

type KnownInterval = Interval & { deleted: boolean };
type KnownTotal = Total & { hidden: number; deleted: boolean };

type Piece = App & { device_id: string; from_s: number; to_s: number };

/** What must stand in MySQL for one person, each row as text: `date scope name` and `seconds category name`. */
export type Expected = {
  items: Record<string, string>;
  counters: Record<string, string>;
};

export type Counters = {
  total_seconds: number;
  apps: Record<string, { seconds: number; category: string; name: string | null }>;
  categories: Record<string, number>;
  devices: Record<string, number>;
};

/** What of a day counts: an app under its category, and whether what its owner took out still does. */
export type Scope = {
  with_deleted: boolean;
  counts: (app: string, category: string) => boolean;
};
/** Everything that history and statistics show. */
const SHOWN: Scope = { with_deleted: false, counts: () => true };

/**
 * One person's usage as the contract has it, by brute force on seconds. It sees only what was
 * acknowledged, and shares no code with the Worker.
 */
export class Model {
  /** The person's own days; replace them when they have moved. */
  dates: OwnDates;
  readonly #intervals = new Map<string, KnownInterval>();
  readonly #byContent = new Map<string, string>();
  readonly #totals = new Map<string, KnownTotal>();
  readonly #totalIds = new Map<string, string>();
  readonly #vouched = new Set<string>();
  readonly #doubts = new Map<string, Interval & { id: string }>();

  constructor(dates: OwnDates) {
    this.dates = dates;
  }

  /** Notes that an item was acknowledged under `id`; gives what is wrong with that id, or null. */
  acknowledge(meaning: Meaning, id: string): string | null {
    if (meaning.kind === "refused") return `an item was taken that is to be refused (${id})`;
    if (meaning.kind === "total") {
      const key = [meaning.date, meaning.device_id, meaning.client_app].join("|");
      const known = this.#totals.get(key);
      if (known && this.#totalIds.get(key) !== id) return `a total changed its id to ${id}`;
      if (!known) this.#totalIds.set(key, id);
      if (!known) this.#totals.set(key, { ...meaning, hidden: 0, deleted: false });
      else if (meaning.seconds > known.seconds) {
        // A total that grows stays under the category it was first told under.
        known.seconds = meaning.seconds;
        known.name ??= meaning.name;
      }
      return null;
    }
    const { device_id, client_app, from_s, to_s } = meaning;
    const content = [device_id, client_app, from_s, to_s].join("|");
    const known = [
      ...(meaning.id !== undefined && this.#intervals.has(meaning.id) ? [meaning.id] : []),
      ...(this.#byContent.has(content) ? [this.#byContent.get(content)] : []),
    ];
    if (known.length > 0) return known.includes(id) ? null : `${known.join()} became ${id}`;
    if (meaning.id !== undefined && meaning.id !== id) return `${meaning.id} became ${id}`;
    this.#intervals.set(id, { ...meaning, id, deleted: false });
    this.#byContent.set(content, id);
    return null;
  }

  /** Notes that the owner took an item out of history and statistics. */
  remove(id: string): void {
    const interval = this.#intervals.get(id);
    if (interval) interval.deleted = true;
    for (const [key, total] of this.#totals) {
      if (this.#totalIds.get(key) !== id) continue;
      total.hidden = total.seconds;
      total.deleted = true;
    }
  }

  /** Notes that the phone has named these dates as reported at `at_s`; nobody can vouch for a day to come. */
  vouch(dates: readonly string[], at_s: number): void {
    const today = this.dates.dayAt(at_s).date;
    for (const date of dates) if (date <= today) this.#vouched.add(date);
  }

  /** Notes an interval, like no other, whose answer was lost and which was not sent again. */
  doubt(meaning: Interval & { id: string }): void {
    this.#doubts.set(meaning.id, meaning);
  }

  /** Takes the doubtful intervals for acknowledged whose ids are known after all; gives how many are. */
  settleDoubts(known_ids: ReadonlySet<string>): number {
    const known = [...this.#doubts.values()].filter(({ id }) => known_ids.has(id));
    for (const meaning of known) this.acknowledge(meaning, meaning.id);
    this.#doubts.clear();
    return known.length;
  }

  /** How many different items were acknowledged. */
  get size(): number {
    return this.#intervals.size + this.#totals.size;
  }

  /** Everything that must stand in MySQL. */
  expected(): Expected {
    const items: Record<string, string> = {};
    for (const [id, { from_s, to_s, deleted }] of this.#intervals) {
      items[id] = rowOf(this.dates.dayAt(from_s).date, to_s - from_s, deleted);
    }
    for (const [key, total] of this.#totals) {
      const seconds = total.seconds - total.hidden;
      const gone = total.deleted && seconds === 0;
      items[this.#totalIds.get(key) ?? ""] = rowOf(total.date, seconds, gone);
    }
    const counters: Record<string, string> = {};
    const note = (key: string, seconds: number, rest = "") => {
      if (seconds > 0) counters[key] = `${seconds}${rest}`;
    };
    for (const { date } of this.dates.days) {
      const day = this.day(date);
      note(`${date} total `, day.total_seconds);
      for (const [app, { seconds, category, name }] of Object.entries(day.apps)) {
        note(`${date} app ${app}`, seconds, ` ${category} ${name ?? "-"}`);
      }
      for (const [name, seconds] of Object.entries(day.categories)) {
        note(`${date} category ${name}`, seconds);
      }
      for (const [name, seconds] of Object.entries(day.devices)) {
        note(`${date} device ${name}`, seconds);
      }
    }
    return { items, counters };
  }

  /** The counters of an own date; only what counts more than 0 s is in them. */
  day(date: string, scope: Scope = SHOWN): Counters {
    const day = this.dates.days.find((one) => one.date === date);
    if (!day) return { total_seconds: 0, apps: {}, categories: {}, devices: {} };
    return this.countersOf(day, scope);
  }

  /** The counters of a day, whoever's days it is of. */
  countersOf(day: OwnDay, scope: Scope): Counters {
    return count(day, this.#piecesOf(day, scope), this.#totalsOf(day, scope), scope);
  }

  /** Whether anything is known of a day, whoever's days it is of: any item, or that the phone named it. */
  isReported(day: OwnDay): boolean {
    const everything = { ...SHOWN, with_deleted: true };
    const items = [this.#piecesOf(day, everything), this.#totalsOf(day, everything)];
    return this.#vouched.has(day.date) || items.some((list) => list.length > 0);
  }

  /** What is known of a date, an item a line. */
  explain(date: string): string[] {
    const day = this.dates.days.find((one) => one.date === date);
    if (!day) return [];
    const everything = { ...SHOWN, with_deleted: true };
    const text = (at_s: number) => new Date(at_s * 1_000).toISOString();
    const pieces = this.#piecesOf(day, everything).map(
      ({ app, category, device_id, from_s, to_s }) =>
        `${app} (${category}) on ${device_id || "no device"} from ${text(from_s)} to ${text(to_s)}`,
    );
    const totals = [...this.#totals.values()].filter((total) => total.date === date);
    return [
      `${date} lasts from ${text(day.from_s)} to ${text(day.to_s)}`,
      ...pieces,
      ...totals.map(
        ({ app, category, device_id, seconds, hidden }) =>
          `${app} (${category}) on ${device_id}: ${seconds} s in all, ${hidden} s of them deleted`,
      ),
    ];
  }

  #totalsOf({ date }: OwnDay, { with_deleted }: Scope): KnownTotal[] {
    const totals = [...this.#totals.values()].filter((total) => total.date === date);
    if (with_deleted) return totals.map((total) => ({ ...total, hidden: 0 }));
    return totals.filter((total) => !total.deleted || total.seconds > total.hidden);
  }

  #piecesOf({ from_s, to_s }: OwnDay, { with_deleted }: Scope): Piece[] {
    return [...this.#intervals.values()]
      .filter((one) => (with_deleted || !one.deleted) && one.from_s < to_s && one.to_s > from_s)
      .map((one) => ({
        ...one,
        from_s: Math.max(one.from_s, from_s),
        to_s: Math.min(one.to_s, to_s),
      }));
  }
}

/**
 * Devices with a total of that day count by sums, of each app the larger of its totals and of its own
 * intervals; the others by union; both are added, and nothing exceeds the day.
 */
function count(
  day: OwnDay,
  all_pieces: readonly Piece[],
  all_totals: readonly KnownTotal[],
  { counts }: Scope,
): Counters {
  const atMost = (seconds: number) => Math.min(seconds, day.to_s - day.from_s);
  // Also by a total of an app that does not count here.
  const bySums = new Set(all_totals.map(({ device_id }) => device_id));
  const pieces = all_pieces.filter((one) => counts(one.app, one.category));
  const totals = all_totals.filter((one) => counts(one.app, one.category));
  const united = pieces.filter(({ device_id }) => !bySums.has(device_id));
  const union = (keep: (piece: Piece) => boolean) => secondsIn(day, united.filter(keep));

  const sums = [...bySums].map((device_id) => {
    const own = pieces.filter((piece) => piece.device_id === device_id);
    const told = totals.filter((total) => total.device_id === device_id);
    const apps = unique([...own, ...told].map(({ app }) => app)).map((app) => {
      const of = <T extends { app: string }>(list: T[]) => list.filter((one) => one.app === app);
      const sum = of(told).reduce((seconds, one) => seconds + one.seconds - one.hidden, 0);
      const seconds = Math.max(sum, secondsIn(day, of(own)));
      return { app, category: label(of(own), of(told)).category, seconds };
    });
    return { device_id, apps, seconds: atMost(apps.reduce((sum, one) => sum + one.seconds, 0)) };
  });
  const summed = (keep: (app: { app: string; category: string }) => boolean) =>
    sums.flatMap(({ apps }) => apps.filter(keep)).reduce((sum, { seconds }) => sum + seconds, 0);

  const counters: Counters = { total_seconds: 0, apps: {}, categories: {}, devices: {} };
  const everyDevice = sums.reduce((sum, { seconds }) => sum + seconds, 0);
  counters.total_seconds = atMost(union(() => true) + everyDevice);
  for (const app of unique([...pieces, ...totals].map((one) => one.app))) {
    const seconds = atMost(union((piece) => piece.app === app) + summed((one) => one.app === app));
    const isApp = (one: { app: string }) => one.app === app;
    const { category, name } = label(pieces.filter(isApp), totals.filter(isApp));
    if (seconds > 0) counters.apps[app] = { seconds, category, name };
  }
  for (const category of unique([...pieces, ...totals].map((one) => one.category))) {
    const isOf = (one: { category: string }) => one.category === category;
    const seconds = atMost(union(isOf) + summed(isOf));
    if (seconds > 0) counters.categories[category] = seconds;
  }
  for (const { device_id, seconds } of sums) if (seconds > 0) counters.devices[device_id] = seconds;
  for (const device_id of unique(united.map((piece) => piece.device_id))) {
    counters.devices[device_id] = union((piece) => piece.device_id === device_id);
  }
  return counters;
}

/** How many seconds of the day lie in at least one of the pieces: each second is marked. */
function secondsIn({ from_s, to_s }: OwnDay, pieces: readonly Piece[]): number {
  if (pieces.length === 0) return 0;
  const marks = new Uint8Array(to_s - from_s);
  for (const piece of pieces) marks.fill(1, piece.from_s - from_s, piece.to_s - from_s);
  let seconds = 0;
  for (const mark of marks) seconds += mark;
  return seconds;
}

/** The name and category that count: of the interval that starts last, else of a total; ties by text. */
function label(pieces: readonly Piece[], totals: readonly KnownTotal[]): App {
  const latest = Math.max(...pieces.map(({ from_s }) => from_s));
  const candidates: App[] =
    pieces.length > 0 ? pieces.filter(({ from_s }) => from_s === latest) : [...totals];
  const textOf = ({ name, category }: App) => `${name ?? ""}\n${category}`;
  const [first] = candidates.sort((a, b) => (textOf(a) > textOf(b) ? -1 : 1));
  if (!first) throw new RangeError("an app without an item");
  return first;
}

function unique<T>(list: readonly T[]): T[] {
  return [...new Set(list)];
}

function rowOf(date: string, seconds: number, deleted: boolean): string {
  return `${date} ${seconds}${deleted ? " deleted" : ""}`;
}
