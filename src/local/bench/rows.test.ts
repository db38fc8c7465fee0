import { describe, expect, it } from "vitest";
import { accountOf, afternoonZones, contestOf, pastDaysOf, storedPassword } from "./rows.ts";

const now = Date.UTC(2026, 10, 22, 17);
const players = ["Europe/Paris", "Asia/Tokyo", "America/Chicago"].map((zone, index) =>
  accountOf(index, now, zone, "hash"),
);

describe("the zones of the bench's people", () => {
  it("are several at every hour, in summer and winter, and it is afternoon in all of them", () => {
    for (const start of [Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1)]) {
      for (let hour = 0; hour < 24; hour += 1) {
        expect(afternoonZones(start + hour * 3_600_000).length).toBeGreaterThan(2);
      }
    }
    expect(afternoonZones(now)).toContain("Europe/Paris");
    expect(afternoonZones(now)).not.toContain("Asia/Tokyo");
  });
});

describe("a challenge of the bench", () => {
  const contest = contestOf("League", players, now);

  it("runs from the first player's first own day to the last one's last", () => {
    expect(contest.row).toMatchObject({
      start_date: "2026-11-16",
      end_date: "2026-11-29",
      starts_at: "2026-11-15 15:00:00.000",
      ends_at: "2026-11-30 06:00:00.000",
    });
  });

  it("has the days before each player's own today, and the racers lead", () => {
    const days = pastDaysOf(contest, players, 1, now);
    const of = (index: number) => days.filter((day) => day["user_id"] === players[index]?.id);
    expect(of(0).at(-1)?.["date"]).toBe("2026-11-21");
    // In Tokyo it is the 23rd already.
    expect(of(1).at(-1)?.["date"]).toBe("2026-11-22");
    const total = (index: number) =>
      of(index).reduce((sum, day) => sum + Number(day["seconds"]), 0);
    expect(total(0)).toBeLessThan(total(1));
    expect(total(0)).toBeLessThan(total(2));
  });
});

it("a password is stored as the API stores it", () => {
  const b64 = "[A-Za-z0-9+/]";
  expect(storedPassword("a password", 16)).toMatch(
    new RegExp(`^\\$scrypt\\$ln=4,r=8,p=3\\$${b64}{22}\\$${b64}{43}$`),
  );
});
