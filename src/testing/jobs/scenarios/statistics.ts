import { between, eq, and } from "drizzle-orm";
import { addDays, utcDate, type OwnDate } from "../../../platform/time/dates.ts";
import { DAY_MS } from "../../../platform/time/instant.ts";
import { growthDays, usageDays, usageSums } from "../../../statistics/statistics.table.ts";
import { dailyUsage } from "../../../usage/usage.table.ts";
import { signUp, type TestUser } from "../../api.ts";
import { addLogs, logAt } from "../../audit.ts";
import { reportTotal } from "../../challenges.ts";
import { until } from "../../until.ts";
import { db, stretches, type Scenario, type TestClock } from "../scenario.ts";
import { doWhatIsDue } from "../../alarms.ts";
import { userStub } from "../../objects.ts";

/** Days of the own use, and of the accounts, of nobody but who these scenarios are about. */
const NOON = stretches("2016-01-10T12:00:00Z", 90);
const MIDNIGHT = stretches("2018-01-10T00:00:00Z", 30);

/** Reports a day's total, and waits until MySQL has it. */
async function uses(clock: TestClock, user: TestUser, date: OwnDate, seconds: number) {
  await reportTotal(user, date, seconds);
  const { user_id, scope } = dailyUsage;
  const isTheirs = and(eq(user_id, user.id), eq(dailyUsage.date, date), eq(scope, "total"));
  await until("the day in MySQL", async () => {
    clock.advance(1_000);
    await doWhatIsDue(userStub(user));
    const [row] = await db().select().from(dailyUsage).where(isTheirs);
    return row?.seconds === seconds;
  });
}

/** What is shown of a date: seconds and people; and of how many passes there are sums. */
async function shownOf(date: OwnDate) {
  const [day] = await db().select().from(usageDays).where(eq(usageDays.date, date));
  const sums = await db().select().from(usageSums).where(eq(usageSums.date, date));
  const shown = sums.filter(({ pass }) => pass === day?.pass);
  const of = (scope: "total" | "app") =>
    shown.filter((sum) => sum.scope === scope).map(({ seconds, people }) => [seconds, people]);
  return {
    total: of("total"),
    apps: of("app"),
    passes: new Set(sums.map(({ pass }) => pass)).size,
  };
}

export const statistics: Scenario[] = [
  {
    job: "count_usage",
    what: "what two people used today",
    prepare: async (clock) => {
      const due = NOON();
      clock.set(due);
      const date = utcDate(due);
      await uses(clock, await signUp(), date, 600);
      await uses(clock, await signUp(), date, 300);
      return { due, look: async () => await shownOf(date) };
    },
    perfect: { total: [[900, 2]], apps: [[900, 2]], passes: 1 },
    // It counts today; what is a week ago by then is the nightly count's.
    week_late: { total: [], apps: [], passes: 0 },
  },
  {
    job: "recount_usage",
    what: "days that late reports have moved",
    prepare: async (clock) => {
      const due = NOON();
      const yesterday = utcDate(due - DAY_MS);
      const month_ago = utcDate(due - 31 * DAY_MS);
      clock.set(due - 31 * DAY_MS);
      const people = [await signUp(), await signUp()];
      for (const user of people) await uses(clock, user, month_ago, 200);
      clock.set(due - DAY_MS);
      await uses(clock, await signUp(), yesterday, 600);
      const look = async () => [await shownOf(month_ago), await shownOf(yesterday)];
      return { due, look };
    },
    perfect: [
      { total: [[400, 2]], apps: [[400, 2]], passes: 1 },
      { total: [[600, 1]], apps: [[600, 1]], passes: 1 },
    ],
  },
  {
    job: "close_growth",
    what: "two days that are over",
    prepare: async (clock) => {
      const first = MIDNIGHT();
      const second = first + DAY_MS;
      const [date, next] = [utcDate(first), utcDate(second)];
      // Other tests close days of later years: to those, these days would long be over.
      await db().delete(growthDays);
      const none = { registered: 0, confirmed: 0, deleted: 0, total: 0 };
      await db()
        .insert(growthDays)
        .values({ ...none, date: addDays(date, -1) });
      clock.set(first);
      await signUp();
      clock.set(second);
      for (let people = 0; people < 3; people += 1) await signUp();
      await addLogs([logAt(second, "users.deleted", { user_id: `gone-${second}` })]);
      const look = async () => {
        const days = await db()
          .select()
          .from(growthDays)
          .where(between(growthDays.date, date, next));
        const [one, other] = days.map(({ total }) => total);
        const moves = days.map(({ registered, confirmed, deleted }) => [
          ...[registered, confirmed, deleted],
        ]);
        return { moves, grown: Number(other) - Number(one) };
      };
      return { due: second + DAY_MS, look };
    },
    perfect: {
      moves: [
        [1, 1, 0],
        [3, 3, 1],
      ],
      grown: 2,
    },
  },
];
