import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ACTIONS } from "../../../audit/actions.ts";
import { decodeCursor } from "../../../platform/http/schemas.ts";
import { ACTS, actsOf, BUSY_ADDRESS, UNDONE } from "./act-rows.ts";
import { cursorOf, listAsk } from "./admin-ask.ts";
import { contestsOf } from "./contest-rows.ts";
import { ADMINS, peopleOf } from "./people.ts";
import { daysFromTo } from "../../../platform/time/dates.ts";
import * as passing from "../../../statistics/passing.ts";
import { ACTIVITIES_EACH, APPS_KEPT, MOVABLE_DAYS, oldSumsOf, usageRowsOf } from "./usage-rows.ts";

const now = Date.UTC(2026, 10, 28, 6);
const people = peopleOf(1_000, now, "hash");

describe("a service that has grown", () => {
  it("has accounts in the order of their ids, which is that of their creation", () => {
    const ids = people.map(({ id }) => id);
    const made = people.map(({ row }) => String(row["created_at"]));
    expect(ids).toEqual(ids.toSorted());
    expect(made).toEqual(made.toSorted());
    expect(people.filter(({ is_admin }) => is_admin)).toHaveLength(ADMINS);
    expect(people.filter(({ row }) => row["is_active"] === false)).toHaveLength(10);
  });

  it("has counters that are the sums of its activities", () => {
    const { activities, counters } = usageRowsOf("somebody", 7, now);
    const sumOf = (rows: typeof counters) =>
      rows.reduce((seconds, row) => seconds + Number(row["seconds"]), 0);
    expect(activities).toHaveLength(ACTIVITIES_EACH);
    for (const scope of ["total", "category", "app", "device"]) {
      const rows = counters.filter((row) => row["scope"] === scope);
      expect(new Set(rows.map(({ date, name }) => `${date}/${name}`)).size).toBe(rows.length);
      expect(sumOf(rows), scope).toBe(sumOf(activities));
    }
  });

  it("has activities on every date that the jobs count again, and sums of those before", () => {
    const today = "2026-11-28";
    const movable = daysFromTo(passing.movableDates(today).first, today);
    expect([MOVABLE_DAYS, APPS_KEPT]).toEqual([movable.length, passing.APPS_KEPT]);
    const rows = people.flatMap(({ id }, index) => usageRowsOf(id, index, now).counters);
    expect(new Set(rows.map(({ date }) => date))).toEqual(new Set(movable));
    const old = oldSumsOf(now).days.map(({ date }) => String(date));
    expect(old.filter((date) => movable.includes(date))).toEqual([]);
    expect(daysFromTo(old.toSorted().at(0) ?? "", today)).toHaveLength(old.length + movable.length);
  });

  it("has acts of the log's actions, each with its level, oldest first", () => {
    for (const [action, level] of ACTS) expect(ACTIONS).toMatchObject({ [action]: level });
    const acts = [...actsOf(5_000, people, now)];
    const ids = acts.map((row) => String(row["id"]));
    expect(ids).toEqual(ids.toSorted());
    expect(acts.filter((row) => row["ip"] === BUSY_ADDRESS)).toHaveLength(50);
    expect(Object.keys(ACTIONS)).toContain(UNDONE);
    expect(acts.filter((row) => row["action"] === UNDONE)).toEqual([]);
  });

  it("has challenges whose turns are all after it is measured", () => {
    for (const { row, parts } of contestsOf(500, people, now)) {
      const isOver = ["final", "cancelled"].includes(String(row["status"]));
      expect(row["next_turn_at"] === null, String(row["status"])).toBe(isOver);
      expect(row["next_turn_at"] ?? "9").toMatch(/^(9|2026-12-05)/);
      expect(new Set(parts.map(({ user_id }) => user_id)).size).toBe(row["participant_count"]);
    }
  });
});

describe("what an administrator asks", () => {
  it("goes on behind a place that the API can read", () => {
    const place = ["email", "zoé@mail.example", "an id"] as const;
    const shape = z.tuple([z.string(), z.string(), z.string()]);
    expect(decodeCursor(cursorOf(place), shape)).toEqual(place);
  });

  it("is wrong where it finds nothing and must, or something and must not", () => {
    const [some, none] = [{ data: [1] }, { data: [] }];
    const { isRight } = listAsk("users", {}, "some");
    expect([some, none, { title: "No" }].map((body) => isRight(body))).toEqual([
      true,
      false,
      false,
    ]);
    const isEmpty = listAsk("users", {}, "none").isRight;
    expect([some, none].map((body) => isEmpty(body))).toEqual([false, true]);
  });
});
