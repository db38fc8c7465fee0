import { randomUUID } from "node:crypto";
import { inArray } from "drizzle-orm";
import { emails } from "../../../mail/mail.table.ts";
import { newId } from "../../../platform/ids.ts";
import { DAY_MS, HOUR_MS } from "../../../platform/time/instant.ts";
import { freshEmail, mailsTo } from "../../api.ts";
import { LONG_AGO } from "../long-ago.ts";
import { db, type Scenario } from "../scenario.ts";

export const mails: Scenario[] = [
  {
    job: "sweep_outbox",
    what: "mails whose wake was lost",
    prepare: async (clock) => {
      const due = Date.parse("2026-05-05T12:00:00Z");
      clock.set(due - HOUR_MS);
      const addresses = [freshEmail(), freshEmail()];
      await db()
        .insert(emails)
        .values(
          addresses.map((to_address) => ({
            ...{ id: newId(due), dedupe_key: randomUUID(), user_id: null, to_address },
            ...{ kind: "welcome", locale: "en", data: { display_name: "Ada", link: null } },
            ...{ status: "waiting" as const, attempts: 0, next_attempt_at: due - HOUR_MS },
            ...{ good_until: null, lease_id: null, message_id: null, error_code: null },
            ...{ created_at: due - HOUR_MS, sent_at: null, delivered_at: null },
          })),
        );
      const look = async () => {
        const rows = await db().select().from(emails).where(inArray(emails.to_address, addresses));
        const come = await Promise.all(
          addresses.map(async (one) => (await mailsTo(one)).length > 0),
        );
        return { rows: rows.map(({ status }) => status), come };
      };
      return { due, look };
    },
    perfect: { rows: ["sent", "sent"], come: [true, true] },
  },
  {
    job: "forget_mails",
    what: "a mail of long ago",
    prepare: async (clock) => {
      clock.set(LONG_AGO);
      const mail = (at: number) => ({
        ...{ id: newId(LONG_AGO), dedupe_key: randomUUID(), user_id: null, kind: "welcome" },
        ...{ to_address: "a@example.com", locale: "en", data: {}, status: "sent" as const },
        ...{ attempts: 1, next_attempt_at: at, good_until: null, lease_id: null },
        ...{ message_id: null, error_code: null, created_at: at, sent_at: at, delivered_at: null },
      });
      const rows = [mail(LONG_AGO - 90 * DAY_MS), mail(LONG_AGO - DAY_MS)];
      await db().insert(emails).values(rows);
      const look = async () => {
        const ids = rows.map(({ id }) => id);
        const left = await db().select().from(emails).where(inArray(emails.id, ids));
        return left.map(({ id }) => ids.indexOf(id));
      };
      return { due: LONG_AGO, look };
    },
    perfect: [1],
  },
];
