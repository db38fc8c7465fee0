import { eq } from "drizzle-orm";
import { challenges, participants, results } from "../../../challenges/challenges.table.ts";
import { newId } from "../../../platform/ids.ts";
import { DAY_MS } from "../../../platform/time/instant.ts";
import { signUp } from "../../api.ts";
import { ring } from "../../challenges.ts";
import { mailsOf } from "../mails-of.ts";
import { db, type Scenario } from "../scenario.ts";

export const challengesOver: Scenario[] = [
  {
    job: "turn_challenges",
    what: "a challenge whose grace is over",
    prepare: async (clock) => {
      clock.set("2026-03-10T10:00:00Z");
      const due = Date.parse("2026-03-10T12:00:00Z");
      const people = [await signUp(), await signUp()];
      const id = newId(due);
      const made = Date.parse("2026-03-01T00:00:00Z");
      await db()
        .insert(challenges)
        .values({
          ...{ id, owner_id: null, name: "Over", description: "", visibility: "public" as const },
          ...{ apps: [], categories: [], metric: "least_time" as const },
          ...{ start_date: "2026-03-02", end_date: "2026-03-04", missing_day_seconds: 100 },
          ...{ grace_hours: 12, participant_count: 2, status: "running" as const, version: 1 },
          ...{ starts_at: made + DAY_MS, ends_at: made + 4 * DAY_MS },
          ...{ next_turn_at: made + 4 * DAY_MS, created_at: made, updated_at: made },
        });
      const part = { challenge_id: id, timezone: "UTC", day_start_minute: 0, joined_at: made };
      await db()
        .insert(participants)
        .values(people.map((user) => ({ ...part, user_id: user.id, left_at: null })));
      const look = async () => {
        await ring(id);
        const [row] = await db().select().from(challenges).where(eq(challenges.id, id));
        const lines = await db().select().from(results).where(eq(results.challenge_id, id));
        const mails = await Promise.all(
          people.map(async (user) => await mailsOf(user.id, "challenge-result")),
        );
        return { status: row?.status, scores: lines.map(({ score }) => score), mails };
      };
      return { due, look };
    },
    perfect: { status: "final", scores: [300, 300], mails: [1, 1] },
  },
];
