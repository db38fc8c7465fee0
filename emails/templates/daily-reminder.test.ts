import { describe, expect, it } from "vitest";
import type { DailyReminderData } from "./daily-reminder.data.ts";
import { dailyReminder } from "./daily-reminder.ts";

const base: DailyReminderData = {
  display_name: "Ada",
  yesterday_seconds: 7_500,
  week_average_seconds: 8_700,
  limits: [],
  challenges: [],
  link: "https://focus.example/app",
  unsubscribe_link: "https://focus.example/u/1",
};

const texts = (change: Partial<DailyReminderData>) =>
  (["en", "fr"] as const).map((locale) =>
    dailyReminder.render(locale, { ...base, ...change }).text.replaceAll(/[\u00a0\u202f]/g, " "),
  );

describe("a daily reminder", () => {
  it.each([
    [7_500, 8_700, "20 min less than", "20 min de moins"],
    [8_700, 7_500, "20 min more than", "20 min de plus"],
    [7_500, 7_530, "as much as on an average day", "autant qu’une journée moyenne"],
    [7_500, null, "your first full day", "ta première journée complète"],
    [null, 7_500, "Nothing of yesterday", "Rien de ta journée d’hier"],
    [0, 3_600, "1 h 00 min less than", "1 h 00 min de moins"],
  ])("sets %j s beside an average of %j s", (yesterday_seconds, week_average_seconds, en, fr) => {
    const [english, french] = texts({ yesterday_seconds, week_average_seconds });
    expect(english).toContain(en);
    expect(french).toContain(fr);
  });

  it("compares what it prints: 59 seconds apart, but two minutes shown", () => {
    const [english] = texts({ yesterday_seconds: 7_499, week_average_seconds: 7_500 });
    expect(english).toContain("1 min less than");
  });

  it("names the limits of today and the days a challenge goes on", () => {
    const [english, french] = texts({
      limits: [{ name: "Social", limit_seconds: 3_600 }],
      challenges: [
        { name: "Quiet week", days_left: 3 },
        { name: "Last call", days_left: 1 },
      ],
    });
    for (const line of ["Social: 1 h 00 min", "Quiet week: 3 days left", "Last call: last day"])
      expect(english).toContain(line);
    for (const line of ["Social: 1 h 00 min", "Quiet week: encore 3 jours", "Last call: dernier"])
      expect(french).toContain(line.replace(":", " :"));
  });

  it("has no empty list", () => {
    const [english] = texts({});
    expect(english).not.toMatch(/limits|challenges/);
  });
});
