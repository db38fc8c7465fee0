import { describe, expect, it } from "vitest";
import { boardDay, type CountingRule } from "./board-days.ts";
import type { Scope } from "./books.ts";
import { DayBook, type Piece } from "./day-book.ts";

const rule: CountingRule = {
  challenge_id: "c",
  apps: [],
  categories: [],
  start_date: "2026-03-02",
  end_date: "2026-03-03",
  timezone: "UTC",
  day_start_minute: 0,
  baseline: null,
};
const piece = (app: string, started_s: number, category: Piece["category"] = "other"): Piece => ({
  app,
  app_name: null,
  category,
  device_id: "phone",
  started_s,
  ended_s: started_s + 60,
});

/** A day that holds these pieces. */
const holding = (...pieces: Piece[]) => ({
  book: ({ counts }: Scope) => {
    const book = new DayBook(86_400, counts);
    for (const one of pieces) book.add(one);
    return book;
  },
  isVouchedFor: () => false,
});
const secondsOf = (counted: Partial<CountingRule>, ...pieces: Piece[]) =>
  boardDay({ ...rule, ...counted }, "2026-03-02", holding(...pieces)).seconds;

describe("a challenge's day", () => {
  it("counts all apps where none is named, else those named and those of its categories", () => {
    const pieces = [piece("instagram", 0, "social"), piece("youtube", 100), piece("a.b", 200)];
    expect(secondsOf({}, ...pieces)).toBe(180);
    expect(secondsOf({ apps: ["youtube"] }, ...pieces)).toBe(60);
    expect(secondsOf({ apps: ["youtube"], categories: ["social"] }, ...pieces)).toBe(120);
  });

  it("knows an app by all its names, whichever was known when it was stored", () => {
    const pieces = [piece("instagram", 0), piece("com.instagram.android", 100)];
    for (const app of ["instagram", "com.instagram.android", "com.burbn.instagram"]) {
      expect(secondsOf({ apps: [app] }, ...pieces)).toBe(120);
    }
    expect(secondsOf({ apps: ["org.example.instagram"] }, ...pieces)).toBe(0);
  });

  it("is reported by any item, of whichever app", () => {
    const other = holding(piece("a.b", 0));
    const day = boardDay({ ...rule, apps: ["youtube"] }, "2026-03-02", other);
    expect(day).toEqual({ date: "2026-03-02", seconds: 0, reported: true });
  });
});
