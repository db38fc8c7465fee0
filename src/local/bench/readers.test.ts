import { expect, it } from "vitest";
import { nextMidnight, outOfPlace, readersOf, windowsByZone, WINDOW_MS } from "./readers.ts";

const MIDNIGHT = Date.UTC(2026, 5, 10);

it("knows each quarter of an hour of every zone's day by its window", () => {
  const zones = windowsByZone(MIDNIGHT);
  expect(zones.size).toBeGreaterThan(380);
  expect(zones.get("Asia/Katmandu")?.get("20:00")).toBe(Date.UTC(2026, 5, 10, 14, 15));
  expect(zones.get("Pacific/Kiritimati")?.get("20:00")).toBe(Date.UTC(2026, 5, 10, 6));
});

it("leaves out zones whose clocks jump on the day", () => {
  const zones = windowsByZone(Date.UTC(2026, 2, 29));
  expect(zones.has("Europe/Paris")).toBe(false);
  expect(zones.has("Asia/Tokyo")).toBe(true);
});

it("makes readers whose window holds their minute, the same each time", () => {
  const readers = readersOf(500, MIDNIGHT, MIDNIGHT - 1, "hash");
  for (const { account, window, rows } of readers) {
    const local = new Intl.DateTimeFormat("sv-SE", {
      timeZone: account.timezone,
      timeStyle: "short",
    }).format(window);
    const [hour, minute] = String(rows.user["reminder_time"]).split(":").map(Number);
    const [windowHour, windowMinute] = local.split(":").map(Number);
    expect(windowHour).toBe(hour);
    expect((minute ?? 0) - (windowMinute ?? 0)).toBeGreaterThanOrEqual(0);
    expect((minute ?? 0) - (windowMinute ?? 0)).toBeLessThan(15);
    expect((window - MIDNIGHT) / WINDOW_MS).toBeLessThan(96);
  }
  const again = readersOf(500, MIDNIGHT, MIDNIGHT - 1, "hash");
  expect(again.map(({ window }) => window)).toEqual(readers.map(({ window }) => window));
});

it("tells a reader out of place from a zone that has other rules elsewhere", () => {
  const HOUR = 3_600_000;
  const reader = (id: string, timezone: string, window: number) => ({
    account: { id, timezone, email: "", row: {} },
    window,
  });
  const readers = [
    reader("a", "Asia/Tokyo", MIDNIGHT),
    reader("b", "Asia/Tokyo", MIDNIGHT + HOUR),
    reader("c", "America/Inuvik", MIDNIGHT),
    reader("d", "America/Inuvik", MIDNIGHT + HOUR),
  ];
  const queued = (hours: number[]) =>
    new Map(readers.map(({ account, window }, n) => [account.id, window + (hours[n] ?? 0) * HOUR]));
  expect(outOfPlace(readers, queued([]))).toEqual({ readers: 0, other_zones: [] });
  // What would have been due an hour before the day began is due an hour before it ends.
  expect(outOfPlace(readers, queued([0, 0, 23, -1]))).toEqual({
    readers: 0,
    other_zones: ["America/Inuvik"],
  });
  expect(outOfPlace(readers, queued([1, 0]))).toMatchObject({ readers: 1, other_zones: [] });
  expect(outOfPlace(readers, new Map())).toMatchObject({ readers: 4 });
});

it("plays a day that is still to come", () => {
  expect(nextMidnight(Date.UTC(2026, 5, 9, 23, 59))).toBe(MIDNIGHT);
  expect(nextMidnight(MIDNIGHT)).toBe(MIDNIGHT + 86_400_000);
});
