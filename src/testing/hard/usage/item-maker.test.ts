import { expect, it } from "vitest";
import { chanceOf } from "../../../local/demo/random.ts";
import { ItemMaker } from "./item-maker.ts";
import { OwnDates } from "./own-dates.ts";

const NOW_S = Date.UTC(2026, 10, 28, 0, 20) / 1_000;
const DAY_S = 86_400;

it("makes lone intervals that nothing can be taken for, also where the day has just begun", () => {
  const rules = [{ since_s: 0, timezone: "UTC", day_start_minute: 0 }];
  const dates = new OwnDates(rules, NOW_S - 36 * DAY_S, NOW_S + 4 * DAY_S);
  const maker = new ItemMaker(chanceOf(1), dates, "phone", NOW_S, 0);
  const lone = Array.from({ length: 500 }, () => maker.lone().meaning);
  expect(new Set(lone.map(({ from_s, to_s }) => `${from_s} ${to_s}`)).size).toBe(lone.length);
  expect(new Set(lone.map(({ id }) => id)).size).toBe(lone.length);
});
