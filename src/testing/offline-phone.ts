import type { PhoneCatalogue } from "./phone-catalogue.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Before its copy was made a clock may have read later times than after: longer than any was set back. */
const LOOKED_BACK_MS = 4 * 3_600_000;

type PlainRule = {
  apps: string[];
  categories: string[];
  daily_limit_seconds: number | null;
  weekday_limits: Record<string, number>;
  schedule: { days: number[]; start: string; end: string }[];
  is_active: boolean;
};

/** What a phone reads out of `GET /blocked/decisions`, as JSON. */
export type WirePolicy = {
  generated_at: string;
  valid_until: string;
  timezone: string;
  days: { date: string; starts_at: string; ends_at: string }[];
  rules: (PlainRule & {
    id: string;
    used_seconds: number;
    pending_change: { effective_date: string; not_before: string; rule: PlainRule | null } | null;
  })[];
};

/** An app on the phone: the id the phone has for it, and the category the phone would put it in. */
export type PhoneApp = { id: string; category: string };

/**
 * A phone without a network: decides from one answer what it blocks, second by second, counting its
 * own use; which apps the rules name it knows from a catalogue that it has kept. Written from the OpenAPI document alone; shares no code with what it checks.
 */
export class OfflinePhone {
  readonly validUntil: number;
  readonly #policy: WirePolicy;
  readonly #readings: Readings;
  readonly #catalogue: PhoneCatalogue;
  /** Each of its apps as rules name it. */
  readonly #names = new Map<PhoneApp, PhoneApp>();
  /** Its own seconds since the copy was made, by rule and date. */
  readonly #counted = new Map<string, number>();

  constructor(policy: WirePolicy, catalogue: PhoneCatalogue) {
    this.#policy = policy;
    this.#catalogue = catalogue;
    this.validUntil = Date.parse(policy.valid_until);
    this.#readings = new Readings(policy.timezone, Date.parse(policy.generated_at));
  }

  /** Lives through the second that begins at an instant, in which some apps are wanted: says which it blocks. */
  live(
    instant: number,
    apps: readonly PhoneApp[],
    isWanted: (app: PhoneApp) => boolean,
  ): Set<string> {
    if (instant >= this.validUntil) throw new Error("the copy has run out");
    const date = this.#dateAt(instant);
    const rules = this.#policy.rules.flatMap((stored) => {
      const rule = this.#standing(stored, instant, date);
      return rule?.is_active === true ? [{ id: stored.id, rule }] : [];
    });
    const blocking = rules.filter(({ id, rule }) => this.#blocks(id, rule, instant, date));
    const isBlocked = (app: PhoneApp) => blocking.some(({ rule }) => this.#covers(rule, app));
    const used = apps.filter((app) => isWanted(app) && !isBlocked(app));
    for (const { id, rule } of rules) {
      if (!used.some((app) => this.#covers(rule, app))) continue;
      const key = `${id} ${date}`;
      this.#counted.set(key, (this.#counted.get(key) ?? 0) + 1);
    }
    return new Set(apps.filter(isBlocked).map((app) => app.id));
  }

  #covers(rule: PlainRule, app: PhoneApp): boolean {
    const { id, category } = this.#named(app);
    return rule.apps.includes(id) || rule.categories.includes(category);
  }

  #named(app: PhoneApp): PhoneApp {
    const name = this.#names.get(app) ?? this.#catalogue.find(app.id) ?? app;
    this.#names.set(app, name);
    return name;
  }

  #blocks(id: string, rule: PlainRule, instant: number, date: string): boolean {
    const limit = rule.weekday_limits[weekdayOf(date)] ?? rule.daily_limit_seconds;
    if (limit !== null && this.#used(id, date) >= limit) return true;
    return isOpen(rule, this.#readings.at(instant));
  }

  #used(id: string, date: string): number {
    const isToday = date === this.#policy.days[0]?.date;
    const known = this.#policy.rules.find((rule) => rule.id === id)?.used_seconds ?? 0;
    return (isToday ? known : 0) + (this.#counted.get(`${id} ${date}`) ?? 0);
  }

  #standing(rule: WirePolicy["rules"][number], instant: number, date: string): PlainRule | null {
    const pending = rule.pending_change;
    const isDue =
      pending !== null &&
      date >= pending.effective_date &&
      instant >= Date.parse(pending.not_before);
    return isDue ? pending.rule : rule;
  }

  #dateAt(instant: number): string {
    const day = this.#policy.days.find(({ ends_at }) => instant < Date.parse(ends_at));
    if (day === undefined) throw new Error("the copy names no such day");
    return day.date;
  }
}

/** The latest reading of a zone's wall clock so far, by minute, read through Intl. */
class Readings {
  readonly #format: Intl.DateTimeFormat;
  #minute: number;
  #latest = -Infinity;

  constructor(timezone: string, from: number) {
    this.#format = new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone,
      dateStyle: "short",
      timeStyle: "short",
    });
    this.#minute = Math.floor((from - LOOKED_BACK_MS) / MINUTE_MS) * MINUTE_MS;
  }

  /** As ms since 1970-01-01T00:00 of the wall; asked for one instant after the other. */
  at(instant: number): number {
    for (; this.#minute <= instant; this.#minute += MINUTE_MS) {
      const text = this.#format.format(this.#minute);
      const match = /^(\d\d)\/(\d\d)\/(\d{4}), (\d\d):(\d\d)$/.exec(text);
      if (match === null) throw new Error(`no reading in ${text}`);
      const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = match.slice(1).map(Number);
      this.#latest = Math.max(this.#latest, Date.UTC(year, month - 1, day, hour, minute));
    }
    return this.#latest;
  }
}

function isOpen({ schedule }: PlainRule, reading: number): boolean {
  const today = Math.floor(reading / DAY_MS);
  return schedule.some(({ days, start, end }) =>
    [today - 1, today].some((day) => {
      if (!days.includes(weekdayOfDay(day))) return false;
      const opens = day * DAY_MS + minutesOf(start) * MINUTE_MS;
      const closes = day * DAY_MS + minutesOf(end) * MINUTE_MS + (end > start ? 0 : DAY_MS);
      return opens <= reading && reading < closes;
    }),
  );
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function weekdayOf(date: string): number {
  return weekdayOfDay(Date.parse(date) / DAY_MS);
}

/** Of a day counted from 1970-01-01, a Thursday; 1 = Monday. */
function weekdayOfDay(day: number): number {
  return ((day + 3) % 7) + 1;
}
