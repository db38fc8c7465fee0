import { describe, expect, it } from "vitest";

import { isTimeZone } from "./zones.ts";

describe("a time zone's name", () => {
  it("is any the runtime lists", () => {
    expect(Intl.supportedValuesOf("timeZone").filter((name) => !isTimeZone(name))).toEqual([]);
  });

  it.each([
    "UTC",
    "GMT",
    "Etc/UTC",
    "Etc/GMT+5",
    "Etc/GMT-14",
    "Europe/Kyiv",
    "Europe/Kiev",
    "Asia/Kolkata",
    "Asia/Calcutta",
    "US/Pacific",
    "Japan",
    "GB-Eire",
    "NZ-CHAT",
    "EST5EDT",
    "CET",
    "EST",
    "Zulu",
    "America/Argentina/ComodRivadavia",
    "America/Port-au-Prince",
    "Africa/Dar_es_Salaam",
    "Antarctica/DumontDUrville",
    "Asia/Ust-Nera",
  ])("may be %s", (name) => {
    expect(isTimeZone(name)).toBe(true);
    expect(isTimeZone(name), "also when asked again").toBe(true);
  });

  it.each([
    ["", "nothing"],
    ["Mars/Olympus", "unknown"],
    ["europe/paris", "not as the database spells it"],
    ["EUROPE/PARIS", "not as the database spells it"],
    ["Asia/KOLKATA", "not as the database spells it"],
    ["utc", "not as the database spells it"],
    ["Utc", "not as the database spells it"],
    [" Europe/Paris", "blanks"],
    ["Europe/Paris ", "blanks"],
    ["Europe/Paris\0", "NUL"],
    ["Europe//Paris", "no name between the slashes"],
    ["/Europe/Paris", "a path"],
    ["../Europe/Paris", "a path"],
    ["+01:00", "an offset"],
    ["-0330", "an offset"],
    ["Z", "a designator"],
    ["UTC+1", "an offset"],
    ["GMT+5", "a POSIX rule"],
    ["EST5EDT,M3.2.0,M11.1.0", "a POSIX rule"],
    ["IST", "of ICU alone"],
    ["PST", "of ICU alone"],
    ["BST", "of ICU alone"],
    ["SystemV/EST5", "of ICU alone"],
    ["Factory", "no place"],
    ["Etc/Unknown", "no place"],
    ["localtime", "no place"],
    ["posixrules", "no place"],
    ["2026-01-01T00:00:00Z[Europe/Paris]", "a timestamp"],
    ["Europe/Par\u0131s", "a Unicode twin"],
    ["\u212Aabul", "a Unicode twin"],
    ["A".repeat(65), "too long"],
  ])("is not %j (%s)", (name) => {
    expect(isTimeZone(name)).toBe(false);
    expect(isTimeZone(name), "also when asked again").toBe(false);
  });
});
