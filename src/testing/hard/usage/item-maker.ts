import type { Chance } from "../../../local/demo/random.ts";
import type { App, Interval, Item, LoneItem } from "./meaning.ts";
import type { OwnDates, OwnDay } from "./own-dates.ts";

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
/** How far back phones report, in days. */
const REACH_DAYS = 30;

/** The devices of each person; the last sends no name, which totals need. */
export const DEVICES = ["phone", "tablet", ""] as const;
type DeviceId = (typeof DEVICES)[number];
const TOTALS_SHARE: Record<DeviceId, number> = { phone: 0.1, tablet: 0.5, "": 0 };

const INSTAGRAM = { app: "instagram", name: "Instagram", category: "social" };
const YOUTUBE = { app: "youtube", name: "YouTube", category: "video" };
const own = (client_app: string, name: string | null, category: string): App => ({
  client_app,
  app: client_app,
  name,
  category,
});

/** What a device may use: the catalogue's apps under several ids, and ones it does not know. */
function appsOf(device_id: DeviceId, chance: Chance): App[] {
  const isPhone = device_id === "phone";
  return [
    { ...INSTAGRAM, client_app: isPhone ? "com.instagram.android" : "com.burbn.instagram" },
    { ...INSTAGRAM, client_app: "instagram.com" },
    { ...YOUTUBE, client_app: "com.google.android.youtube" },
    own("com.example.reader", "Reader", "news"),
    own("set:7c1e", null, "other"),
    // Phones need not agree on what an app is, nor one with itself.
    own(
      "com.example.chess",
      chance.pick(["Chess", "Échecs", null]),
      chance.pick(["games", "education"]),
    ),
  ];
}

/** Makes a device's items: close to each other and to the edges of days, so that much overlaps. */
export class ItemMaker {
  readonly #chance: Chance;
  readonly #dates: OwnDates;
  readonly #device_id: DeviceId;
  readonly #now_s: number;
  readonly #lane: number;
  readonly #days: OwnDay[];
  #made = 0;
  /** When the lone ones lie. */
  readonly #lone = new Set<string>();
  /**
   * Items that come again under a new id, and items whose ids come again with other times. Never both:
   * of a client that contradicts itself twice, a lost answer decides what is known.
   */
  readonly #pools: [Interval[], Interval[]] = [[], []];

  constructor(chance: Chance, dates: OwnDates, device_id: DeviceId, now_s: number, lane: number) {
    this.#chance = chance;
    this.#dates = dates;
    this.#device_id = device_id;
    this.#now_s = now_s;
    this.#lane = lane;
    // The days that a phone may still report, today as the last.
    this.#days = dates.days.filter(
      ({ from_s, to_s }) => from_s <= now_s && to_s > now_s - REACH_DAYS * DAY_S,
    );
  }

  next(): Item {
    this.#made += 1;
    return this.#item();
  }

  /** An interval of an app of its own, at a time of its own, under an id of its own. */
  lone(): LoneItem {
    this.#made += 1;
    const [from_s, to_s] = this.#loneSpan();
    const { body, meaning } = this.#intervalOf(
      own("com.example.lone", null, "other"),
      from_s,
      to_s,
    );
    const id = meaning.id ?? this.#id();
    return { body: { ...body, id }, meaning: { ...meaning, id } };
  }

  #item(): Item {
    if (this.#chance.happens(0.01)) return this.#refused();
    if (this.#chance.happens(0.02)) return this.#again() ?? this.#interval();
    return this.#chance.happens(TOTALS_SHARE[this.#device_id]) ? this.#total() : this.#interval();
  }

  #interval(): Item {
    const [from_s, to_s] = this.#span();
    const app = this.#chance.pick(appsOf(this.#device_id, this.#chance));
    const made = this.#intervalOf(app, from_s, to_s);
    if (made.meaning.id !== undefined) this.#pools[this.#made % 2]?.push(made.meaning);
    return made;
  }

  #intervalOf(app: App, from_s: number, to_s: number): Item & { meaning: Interval } {
    const chance = this.#chance;
    const id = chance.happens(0.7) ? { id: this.#id() } : {};
    const device_id = this.#device_id;
    // Below a second nothing counts; where there is room, the instants are not whole.
    const part_ms = () => (to_s - from_s > 1 && chance.happens(0.5) ? chance.whole(0, 999) : 0);
    const started_ms = from_s * 1_000 + part_ms();
    const end = chance.happens(0.5)
      ? { ended_at: instant(chance, to_s * 1_000 + part_ms()) }
      : { duration_seconds: to_s - from_s };
    return {
      body: {
        ...id,
        ...(chance.happens(0.5) && { kind: "interval" }),
        ...wordsOf(app),
        ...(device_id !== "" && { device_id }),
        started_at: instant(chance, started_ms),
        ...end,
      },
      meaning: { kind: "interval", ...app, ...id, device_id, from_s, to_s },
    };
  }

  #span(): [number, number] {
    const { whole, pick, happens } = this.#chance;
    const now_s = this.#now_s;
    const length_s = happens(0.02)
      ? whole(HOUR_S, DAY_S - 1)
      : pick([1, 30, 300, 900, 1_800, 5_400]);
    const lasts_s = Math.max(1, whole(Math.floor(length_s / 2), length_s));
    const day = happens(0.4) ? pick(this.#days.slice(-3)) : pick(this.#days);
    const around_s = happens(0.25)
      ? day.from_s + whole(-lasts_s, 60)
      : whole(day.from_s, day.to_s - 1);
    const latest_s = now_s - 1 - lasts_s;
    const from_s = Math.max(now_s - REACH_DAYS * DAY_S, Math.min(around_s, latest_s));
    return [from_s, from_s + lasts_s];
  }

  #loneSpan(): [number, number] {
    for (;;) {
      const span = this.#span();
      if (this.#lone.has(span.join())) continue;
      this.#lone.add(span.join());
      return span;
    }
  }

  #total(): Item {
    const { whole, pick, happens } = this.#chance;
    const app = pick(appsOf(this.#device_id, this.#chance));
    const { date } = happens(0.5) ? pick(this.#days.slice(-3)) : pick(this.#days);
    const seconds = happens(0.03) ? 0 : happens(0.02) ? whole(1, 26 * HOUR_S) : whole(1, 7_200);
    const isLeast = seconds > 0 && happens(0.5);
    return {
      body: {
        kind: isLeast ? "threshold" : "day_total",
        ...wordsOf(app),
        device_id: this.#device_id,
        date,
        [isLeast ? "at_least_seconds" : "total_seconds"]: seconds,
      },
      meaning: { kind: "total", ...app, device_id: this.#device_id, date, seconds },
    };
  }

  /** An earlier interval under a new id, or another interval under an earlier id. */
  #again(): Item | null {
    const { pick, happens, whole } = this.#chance;
    const [copied, clashing] = this.#pools;
    const isCopy = happens(0.5);
    const pool = isCopy ? copied : clashing;
    if (pool.length === 0) return null;
    const earlier = pick(pool);
    const { client_app, app, name, category } = earlier;
    const used = { client_app, app, name, category };
    if (isCopy) return this.#intervalOf(used, earlier.from_s, earlier.to_s);
    const from_s = earlier.from_s + whole(1, 1_000);
    const to_s = Math.min(from_s + whole(1, 1_000), this.#now_s - 1);
    const other = this.#intervalOf(used, Math.min(from_s, to_s - 1), to_s);
    const id = { id: earlier.id ?? "" };
    return { body: { ...other.body, ...id }, meaning: { ...other.meaning, ...id } };
  }

  #refused(): Item {
    const { pick } = this.#chance;
    const now_s = this.#now_s;
    const bad = pick<Record<string, unknown>>([
      { started_at: instant(this.#chance, (now_s - 32 * DAY_S) * 1_000), duration_seconds: 60 },
      { started_at: instant(this.#chance, (now_s + 1_200) * 1_000), duration_seconds: 60 },
      { started_at: "yesterday", duration_seconds: 60 },
      { kind: "day_total", device_id: "phone", date: "2020-01-01", total_seconds: 60 },
      { kind: "threshold", device_id: "phone", date: this.#dates.days[0]?.date },
    ]);
    return { body: { app: "com.example.reader", ...bad }, meaning: { kind: "refused" } };
  }

  /** A UUIDv7 that nobody else of the run has. */
  #id(): string {
    const hex = (n: number, length: number) => n.toString(16).padStart(length, "0");
    const lane = hex(this.#lane, 3);
    return `0199${hex(this.#chance.whole(0, 0xffff), 4)}-0000-7${lane}-8000-${hex(this.#made, 12)}`;
  }
}

/** What the client says of an app: the catalogue's name and category come from the server. */
function wordsOf({ client_app, app, name, category }: App): Record<string, unknown> {
  if (client_app !== app) return { app: client_app };
  return {
    app: client_app,
    ...(name !== null && { app_name: name }),
    ...(category !== "other" && { category }),
  };
}

/** An instant in one of the spellings that RFC 3339 allows. */
function instant(chance: Chance, ms: number): string {
  if (chance.happens(0.6)) return new Date(ms).toISOString();
  const quarters = chance.whole(-48, 56);
  const local = new Date(ms + quarters * 900_000).toISOString().slice(0, -1);
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(Math.abs(quarters) / 4), (Math.abs(quarters) % 4) * 15];
  return `${local}${quarters < 0 ? "-" : "+"}${two(hours)}:${two(minutes)}`;
}
