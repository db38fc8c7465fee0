import { expect, it } from "vitest";
import { inFull } from "./shorthand.ts";

it("one app and minutes are a list and seconds", () => {
  expect(inFull({ app: "com.instagram.android", daily_limit_minutes: 90 })).toEqual({
    fields: { apps: ["instagram"], daily_limit_seconds: 5_400 },
    faults: [],
  });
});

it("apps are the catalogue's, each once", () => {
  const apps = ["instagram.com", "com.burbn.instagram", "unheard.of"];
  expect(inFull({ apps }).fields).toEqual({ apps: ["instagram", "unheard.of"] });
});

it("what a change does not name stays unnamed, and no limit is not a limit of 0", () => {
  expect(inFull({})).toEqual({ fields: {}, faults: [] });
  expect(inFull({ daily_limit_minutes: null }).fields).toEqual({ daily_limit_seconds: null });
  expect(inFull({ daily_limit_seconds: null }).fields).toEqual({ daily_limit_seconds: null });
  expect(inFull({ daily_limit_minutes: 0 }).fields).toEqual({ daily_limit_seconds: 0 });
});

it("naming a thing both ways is a fault", () => {
  const both = { app: "x", apps: ["x"], daily_limit_minutes: 1, daily_limit_seconds: null };
  expect(inFull(both).faults.map(({ path }) => path)).toEqual(["app", "daily_limit_minutes"]);
});
