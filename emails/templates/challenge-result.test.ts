import { describe, expect, it } from "vitest";
import type { Locale } from "../letter.ts";
import { type ChallengeResultData, standingOf } from "./challenge-result.data.ts";
import { challengeResult } from "./challenge-result.ts";

const base: ChallengeResultData = {
  display_name: "Ada",
  challenge_name: "Quiet week",
  rank: 2,
  participant_count: 7,
  score_seconds: 11_100,
  podium: [
    { rank: 1, name: "Léa", score_seconds: 9_240, is_me: false },
    { rank: 2, name: "Ada", score_seconds: 11_100, is_me: true },
  ],
  days_reported: 7,
  days_total: 7,
  link: "https://focus.example/c/1",
  unsubscribe_link: "https://focus.example/u/1",
};

const text = (locale: Locale, data: ChallengeResultData) =>
  challengeResult.render(locale, data).text.replaceAll(/[\u00a0\u202f]/g, " ");
const subject = (locale: Locale, data: ChallengeResultData) =>
  challengeResult.render(locale, data).subject.replaceAll("\u202f", " ");

const tiedFirst: ChallengeResultData = {
  ...base,
  rank: 1,
  podium: ["Léa", "Ada", "Tom", "Zoé", "Max"].map((name) => ({
    rank: 1,
    name,
    score_seconds: 60,
    is_me: name === "Ada",
  })),
};

describe("what a place means", () => {
  it.each([
    ["winner", { rank: 1, podium: [] }],
    ["joint_winner", { rank: 1, podium: tiedFirst.podium }],
    ["podium", { rank: 2 }],
    ["podium", { rank: 3 }],
    ["field", { rank: 4 }],
    ["last", { rank: 7 }],
    ["last", { rank: 2, participant_count: 2 }],
    ["alone", { rank: 1, participant_count: 1 }],
    ["silent", { rank: 7, days_reported: 0 }],
  ])("is %s for %o", (standing, change) => {
    expect(standingOf({ ...base, ...change })).toBe(standing);
  });

  it("says the own place, the own time and what a day of it was", () => {
    expect(text("en", base)).toContain("you came 2nd of 7");
    expect(text("en", base)).toContain("Your total is 3 h 05 min in 7 days, about 26 min a day.");
    expect(text("fr", base)).toContain("tu prends la 2e place sur 7");
    expect(text("fr", base)).toContain(
      "Ton total : 3 h 05 min en 7 jours, soit environ 26 min par jour.",
    );
  });

  it("puts the place into the subject", () => {
    expect(subject("en", base)).toBe("You came 2nd of 7 in “Quiet week”");
    expect(subject("fr", base)).toBe("2e place sur 7 : « Quiet week »");
    expect(subject("en", { ...base, rank: 1 })).toBe("Shared 1st place in “Quiet week”");
    expect(subject("en", { ...base, rank: 1, podium: [] })).toBe("You won “Quiet week”");
  });

  it("names two of those who share the first place, and counts the others", () => {
    expect(text("en", tiedFirst)).toContain("you share 1st place with Léa, Tom and 2 others");
    expect(text("fr", tiedFirst)).toContain("tu partages la 1re place avec Léa, Tom et 2 autres");
  });

  it("names who shares another place", () => {
    const podium = [...base.podium, { rank: 2, name: "Tom", score_seconds: 11_100, is_me: false }];
    expect(text("en", { ...base, podium })).toContain("You share this place with Tom.");
    expect(text("fr", { ...base, podium })).toContain("Tu partages cette place avec Tom.");
  });
});

describe("days without a report", () => {
  it.each([
    [7, "All 7 days were reported.", "Les 7 journées nous sont bien parvenues."],
    [6, "1 of 7 days had no report", "1 journée sur 7 ne nous est pas parvenue"],
    [4, "3 of 7 days had no report", "3 journées sur 7 ne nous sont pas parvenues"],
    [0, "Each day counted with the time", "Chaque journée compte avec la durée"],
  ])("are explained when %i of 7 were reported", (days_reported, english, french) => {
    expect(text("en", { ...base, days_reported })).toContain(english);
    expect(text("fr", { ...base, days_reported })).toContain(french);
  });
});

it("has a friendly word for the last one", () => {
  expect(text("en", { ...base, rank: 7 })).toContain(
    "Next time, everybody starts from zero again.",
  );
  expect(text("fr", { ...base, rank: 7 })).toContain("La prochaine fois, chacun repart de zéro.");
});
