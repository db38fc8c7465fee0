import { eq } from "drizzle-orm";
import { users } from "../../../users/users.table.ts";
import { api, signUp } from "../../api.ts";
import { db, type Scenario } from "../scenario.ts";
import { mailsOf } from "../mails-of.ts";

export const reminders: Scenario[] = [
  {
    job: "send_reminders",
    what: "a reminder that is due",
    prepare: async (clock) => {
      clock.set("2026-06-10T10:00:00Z");
      const ada = await signUp();
      const settings = { daily_reminder: { enabled: true, time: "12:00" } };
      await api(ada).put("/users/me", { settings });
      const look = async () => {
        const [row] = await db().select().from(users).where(eq(users.id, ada.id));
        const isPlanned = Number(row?.reminder_due_at) > clock.now();
        return { mails: await mailsOf(ada.id, "daily-reminder"), is_planned: isPlanned };
      };
      return { due: Date.parse("2026-06-10T12:00:00Z"), look };
    },
    perfect: { mails: 1, is_planned: true },
    // Of a week ago it would say nothing any more.
    week_late: { mails: 0, is_planned: true },
  },
];
