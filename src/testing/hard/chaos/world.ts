import type { Chance } from "../../../local/demo/random.ts";
import type { Reply } from "../../outage/phone.ts";
import type { Tally } from "../usage/lane.ts";
import { shifted, type Contest } from "./contest.ts";
import type { Member } from "./member.ts";

/** Something that is not as the history of acknowledged calls has it, told so that a person can act on it. */
export type Finding = {
  who: string;
  where: string;
  expected: string;
  found: string;
  /** What led to what is expected, line by line. */
  why: readonly string[];
};

/** What a run is made of, and what was found wrong in it so far. */
export class World {
  readonly members: Member[] = [];
  readonly contests: Contest[] = [];
  readonly findings: Finding[] = [];
  readonly zones: readonly string[];
  /** Until then (s) no own day of anybody turns. */
  readonly quiet_until_s: number;
  readonly tally: Tally;
  /** What people did besides reporting usage. */
  acts = 0;
  /** Nothing fails on order any more. */
  isHealed = false;

  constructor(zones: readonly string[], quiet_until_s: number, tally: Tally) {
    this.zones = zones;
    this.quiet_until_s = quiet_until_s;
    this.tally = tally;
  }

  /** Notes that something differs. */
  differ(finding: Finding): void {
    this.findings.push(finding);
  }

  /** Notes an answer of another status than the history of the calls allows. */
  expectStatus(member: Member, call: string, { status, body }: Reply, allowed: number[]): void {
    if (allowed.includes(status)) return;
    this.differ({
      who: member.name,
      where: call,
      expected: allowed.join(" or "),
      found: `${status} ${JSON.stringify(body)}`,
      why: member.diary.slice(-5),
    });
  }

  /** The terms of a new contest that starts on a date. */
  termsBy(chance: Chance, start_date: string): Omit<Contest, "id" | "invite_code"> {
    const metric = chance.pick(["least_time", "most_reduction", "days_under_goal"] as const);
    return {
      name: `Contest ${this.contests.length + 1}`,
      metric,
      goal_seconds: metric === "days_under_goal" ? 1_800 : null,
      apps: chance.pick([[], ["instagram"], ["youtube", "com.example.reader"]]),
      categories: chance.pick([[], ["games"]]),
      start_date,
      end_date: shifted(start_date, chance.whole(2, 9)),
      missing_day_seconds: chance.pick([0, 3_600, 14_400]),
      grace_hours: 72,
      visibility: chance.pick(["public", "public", "private"]),
    };
  }
}
