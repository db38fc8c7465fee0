import type { Category } from "../catalogue/index.ts";
import { IntervalSet } from "../platform/time/interval-set.ts";

/** A piece of use inside one day: whole seconds since the epoch, half-open. */
export type Piece = {
  app: string;
  app_name: string | null;
  category: Category;
  device_id: string;
  started_s: number;
  ended_s: number;
};

/** What a device knows of an app's whole day; `client_app` is its own id of the app. */
export type DayTotal = {
  app: string;
  client_app: string;
  app_name: string | null;
  category: Category;
  device_id: string;
  seconds: number;
};

/** What an app is called; of several reports the latest counts, whatever order they came in. */
type Label = { name: string | null; category: Category; since_s: number };

/** An app's day on a device that reports totals; `categories` are all that its reports ever named. */
type OwnApp = {
  totals: Map<string, number>;
  used: IntervalSet;
  label: Label;
  categories: Set<Category>;
};

export type AppSeconds = { app: string; name: string | null; category: Category; seconds: number };

/** A total says nothing of when: any interval names an app later than it does. */
const NO_TIME = -1;

/**
 * The counters of one day, and the one place that decides how reports add up:
 * - Devices that report intervals count by union: the same minute on two of them, or in two apps at
 *   once, counts once in every sum it belongs to.
 * - A device that reported any total that day counts by sums, as its minutes are unknown: of each app
 *   the larger of its totals and of its own intervals. Its sum is added to the union of the others.
 * - No counter holds more than the day.
 * The same reports give the same counters in whatever order they are added.
 */
export class DayBook {
  /** Whether any item of the day is known, also of apps that do not count here. */
  is_reported = false;
  readonly #day_seconds: number;
  readonly #counts: (app: string, category: Category) => boolean;
  readonly #union = new IntervalSet();
  readonly #appUnions = new Map<string, IntervalSet>();
  readonly #categoryUnions = new Map<Category, IntervalSet>();
  readonly #deviceUnions = new Map<string, IntervalSet>();
  /** The apps of each device that reports totals. */
  readonly #totalDevices = new Map<string, Map<string, OwnApp>>();
  readonly #mixedDevices = new Set<string>();
  readonly #labels = new Map<string, Label>();

  /** A book of a day of so many seconds, over the apps for which `counts` holds. */
  constructor(
    day_seconds: number,
    counts: (app: string, category: Category) => boolean = () => true,
  ) {
    this.#day_seconds = day_seconds;
    this.#counts = counts;
  }

  /** Adds a piece of use that lies within the day. */
  add(piece: Piece): void {
    this.is_reported = true;
    const { app, category, device_id, started_s, ended_s } = piece;
    const isCounted = this.#counts(app, category);
    const own = this.#totalDevices.get(device_id);
    if (own) this.#mixedDevices.add(device_id);
    if (!isCounted) {
      if (!own) setOf(this.#deviceUnions, device_id);
      return;
    }
    const label = this.#name(app, labelOf(piece, started_s));
    if (own) {
      ownAppOf(own, app, label).used.add(started_s, ended_s);
      return;
    }
    this.#union.add(started_s, ended_s);
    setOf(this.#appUnions, app).add(started_s, ended_s);
    setOf(this.#categoryUnions, category).add(started_s, ended_s);
    setOf(this.#deviceUnions, device_id).add(started_s, ended_s);
  }

  /**
   * Notes a device's total of an app; of several the largest counts. Gives false, and changes nothing,
   * where the device counted by intervals so far: then the book is to be made anew, totals first.
   */
  put(total: DayTotal): boolean {
    const { app, client_app, category, device_id, seconds } = total;
    if (this.#deviceUnions.has(device_id)) return false;
    this.is_reported = true;
    const own = this.#totalDevices.get(device_id) ?? new Map<string, OwnApp>();
    this.#totalDevices.set(device_id, own);
    if (!this.#counts(app, category)) return true;
    const { totals } = ownAppOf(own, app, this.#name(app, labelOf(total, NO_TIME)));
    totals.set(client_app, Math.max(totals.get(client_app) ?? 0, seconds));
    return true;
  }

  /** Seconds of the whole day, over all apps that count and all devices. */
  get total_seconds(): number {
    let seconds = this.#union.seconds;
    for (const device_id of this.#totalDevices.keys()) seconds += this.deviceSeconds(device_id);
    return this.#atMostADay(seconds);
  }

  appSeconds(app: string): number {
    let seconds = this.#appUnions.get(app)?.seconds ?? 0;
    for (const own of this.#totalDevices.values()) seconds += secondsOf(own.get(app));
    return this.#atMostADay(seconds);
  }

  categorySeconds(category: Category): number {
    let seconds = this.#categoryUnions.get(category)?.seconds ?? 0;
    for (const own of this.#totalDevices.values()) {
      for (const ownApp of own.values()) {
        if (ownApp.label.category === category) seconds += secondsOf(ownApp);
      }
    }
    return this.#atMostADay(seconds);
  }

  deviceSeconds(device_id: string): number {
    const own = this.#totalDevices.get(device_id);
    if (!own) return this.#deviceUnions.get(device_id)?.seconds ?? 0;
    let seconds = 0;
    for (const ownApp of own.values()) seconds += secondsOf(ownApp);
    return this.#atMostADay(seconds);
  }

  /** An app's name and category, or null where it was not used. */
  label(app: string): { name: string | null; category: Category } | null {
    return this.#labels.get(app) ?? null;
  }

  /** Whether a device reported both totals and intervals that day: then one item of it may move any counter. */
  isMixed(device_id: string): boolean {
    return this.#mixedDevices.has(device_id);
  }

  apps(): AppSeconds[] {
    return [...this.#labels]
      .map(([app, { name, category }]) => ({ app, name, category, seconds: this.appSeconds(app) }))
      .sort(largestFirst((row) => row.app));
  }

  /** Those that an app was moved out of as well: they may count 0 s now. */
  categories(): { category: Category; seconds: number }[] {
    const names = new Set(this.#categoryUnions.keys());
    for (const own of this.#totalDevices.values()) {
      for (const { categories } of own.values()) for (const name of categories) names.add(name);
    }
    return [...names]
      .map((category) => ({ category, seconds: this.categorySeconds(category) }))
      .sort(largestFirst((row) => row.category));
  }

  devices(): { device_id: string; seconds: number }[] {
    return [...this.#deviceUnions.keys(), ...this.#totalDevices.keys()]
      .map((device_id) => ({ device_id, seconds: this.deviceSeconds(device_id) }))
      .sort(largestFirst((row) => row.device_id));
  }

  #name(app: string, label: Label): Label {
    const known = this.#labels.get(app);
    if (known && !isLater(label, known)) return label;
    this.#labels.set(app, label);
    return label;
  }

  #atMostADay(seconds: number): number {
    return Math.min(seconds, this.#day_seconds);
  }
}

function labelOf(item: { app_name: string | null; category: Category }, since_s: number): Label {
  return { name: item.app_name, category: item.category, since_s };
}

/** Whether a label counts before another: the later one, then the one that names the app, then by text. */
function isLater(a: Label, b: Label): boolean {
  if (a.since_s !== b.since_s) return a.since_s > b.since_s;
  if (a.name !== b.name) return a.name !== null && (b.name === null || a.name > b.name);
  return a.category > b.category;
}

function ownAppOf(own: Map<string, OwnApp>, app: string, label: Label): OwnApp {
  let known = own.get(app);
  if (!known) {
    known = { totals: new Map(), used: new IntervalSet(), label, categories: new Set() };
    own.set(app, known);
  }
  if (isLater(label, known.label)) known.label = label;
  known.categories.add(label.category);
  return known;
}

function secondsOf(app: OwnApp | undefined): number {
  if (!app) return 0;
  let total = 0;
  for (const seconds of app.totals.values()) total += seconds;
  return Math.max(total, app.used.seconds);
}

function setOf<K>(sets: Map<K, IntervalSet>, key: K): IntervalSet {
  let set = sets.get(key);
  if (!set) sets.set(key, (set = new IntervalSet()));
  return set;
}

/** Largest first; equal ones by name, so that the order is the same however they came in. */
function largestFirst<T extends { seconds: number }>(nameOf: (row: T) => string) {
  return (a: T, b: T) => b.seconds - a.seconds || (nameOf(a) < nameOf(b) ? -1 : 1);
}
