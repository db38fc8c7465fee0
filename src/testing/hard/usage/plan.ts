import type { Chance } from "../../../local/demo/random.ts";
import { DEVICES, ItemMaker } from "./item-maker.ts";
import type { Item, LoneItem } from "./meaning.ts";
import { OwnDates, type OwnDay, type Rule } from "./own-dates.ts";

const DAY_S = 86_400;

/** Where the people of a run live, and since when by which days. */
export const ZONES = [
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Pacific/Apia",
  "America/New_York",
  "Europe/Paris",
  "UTC",
  "Asia/Kolkata",
  "Pacific/Chatham",
  "America/St_Johns",
  "Asia/Tokyo",
  "America/Sao_Paulo",
  "Africa/Cairo",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
  "America/Santiago",
  "Asia/Tehran",
  "Australia/Eucla",
  "Europe/London",
  "Africa/Casablanca",
  "Pacific/Marquesas",
];
export const PEOPLE = ZONES.length;
/** How many items phones send in one call. */
const SIZES = [1, 1, 1, 1, 2, 3, 5, 8, 13, 21, 60];
const DAY_STARTS = [0, 0, 0, 37, 150, 240, 719];

/** What one call of a device does. */
export type Step =
  | { kind: "one"; item: Item }
  | { kind: "batch"; items: Item[]; reported_dates: string[] }
  /** Sent once and never again, whatever comes of it. */
  | { kind: "forgotten"; item: LoneItem }
  /** Takes out something that was acknowledged to this device. */
  | { kind: "delete" };

export type PersonPlan = {
  rules: Rule[];
  dates: OwnDates;
  /** What each device does, in order. */
  lanes: Step[][];
};

/**
 * Everything one person's devices do in a run that begins at `now_s`, with so many items new; between
 * two calls, in a share of `forgotten`, one more item is sent that is not sent again. Calls hold as
 * many items as one of `sizes`.
 */
export function planPerson(
  chance: Chance,
  index: number,
  items: number,
  now_s: number,
  {
    rules = rulesOf(chance, index, now_s),
    forgotten = 0,
    sizes = SIZES,
  }: { rules?: Rule[]; forgotten?: number; sizes?: readonly number[] } = {},
): PersonPlan {
  const dates = new OwnDates(rules, now_s - 36 * DAY_S, now_s + 4 * DAY_S);
  const lanes = DEVICES.map((device_id, lane) => {
    const maker = new ItemMaker(chance, dates, device_id, now_s, index * DEVICES.length + lane);
    const fresh = Array.from({ length: Math.ceil(items / DEVICES.length) }, () => maker.next());
    const steps = cutIntoCalls(chance, disordered(chance, fresh), dates.days, sizes);
    return steps.flatMap((step): Step[] =>
      chance.happens(forgotten) ? [step, { kind: "forgotten", item: maker.lone() }] : [step],
    );
  });
  return { rules, dates, lanes };
}

/** A zone for each; every fourth person has travelled within the last weeks. */
export function rulesOf(chance: Chance, index: number, now_s: number): Rule[] {
  const rule = (since_s: number, timezone = chance.pick(ZONES)): Rule => ({
    since_s,
    timezone,
    day_start_minute: chance.pick(DAY_STARTS),
  });
  const rules = [rule(0, ZONES[index % ZONES.length])];
  if (index % 4 !== 3) return rules;
  const minutes = [chance.whole(1, 12), chance.whole(13, 28)].map(
    (days) => Math.floor((now_s - days * DAY_S - chance.whole(0, DAY_S)) / 60) * 60,
  );
  return [...rules, ...minutes.sort((a, b) => a - b).map((since_s) => rule(since_s))];
}

/** A tenth of the items is sent again some time later, a twentieth comes out of order. */
function disordered(chance: Chance, items: readonly Item[]): Item[] {
  const placed = items.flatMap((item, place) => {
    const late = chance.happens(0.05) ? chance.whole(1, 60) : 0;
    const first = { item, place: place + late };
    if (!chance.happens(0.1)) return [first];
    return [first, { item, place: first.place + 0.5 + chance.whole(0, 80) }];
  });
  return placed.sort((a, b) => a.place - b.place).map(({ item }) => item);
}

function cutIntoCalls(
  chance: Chance,
  items: readonly Item[],
  days: readonly OwnDay[],
  sizes: readonly number[],
): Step[] {
  const steps: Step[] = [];
  for (let from = 0; from < items.length;) {
    const size = chance.pick(sizes);
    const some = items.slice(from, from + size);
    const [item] = some;
    if (item && size === 1 && chance.happens(0.8)) steps.push({ kind: "one", item });
    else {
      const reported_dates = chance.happens(0.2) ? [chance.pick(days).date] : [];
      steps.push({ kind: "batch", items: some, reported_dates });
    }
    if (chance.happens(0.15)) steps.push({ kind: "delete" });
    from += size;
  }
  return steps;
}
