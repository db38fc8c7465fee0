import type { Action } from "../../audit/actions.ts";
import { newId } from "../../platform/ids.ts";
import { call, freshEmail, signUp, type TestUser } from "../api.ts";
import { visit, type Log, type Visit } from "../visit.ts";
import type { fixedClock } from "../clock.ts";
import { testDatabase } from "../database.ts";

export type Clock = ReturnType<typeof fixedClock>;
/** What an act leaves, and whose secrets must not be in it. */
export type Left = {
  /** The request of the act; null where no request is. */
  of: Visit | null;
  rows: Partial<Log>[];
  people?: TestUser[];
  secrets?: string[];
  /** Rows that the act has found itself: that have no request, or do not stay as they are. */
  found?: Log[];
};
export type Act = { what: string; run: (clock: Clock) => Promise<Left> };
/** An administrator's acts and the audit's own are tried where they are. */
export type Tried = Exclude<Action, `admin.${string}` | `audit.${string}`>;

export const by = ({ id }: TestUser, more: Partial<Log> = {}): Partial<Log> => ({
  user_id: id,
  actor_id: id,
  personal: null,
  context: {},
  ...more,
});
export const about = ({ id }: { id: string }, more: Partial<Log> = {}): Partial<Log> => ({
  user_id: id,
  actor_id: null,
  personal: null,
  context: {},
  ...more,
});
export const nobody = { user_id: null, actor_id: null, personal: null };

export const why = (reason: string) => ({ context: { why: reason } });
export const idOf = async (email: string): Promise<string> => {
  const { rows } = await testDatabase().execute("select id from users where email = ?", [email]);
  return (rows[0] as { id: string }).id;
};
export async function register(): Promise<{ email: string; password: string; id: string }> {
  const [email, password] = [freshEmail(), `correct horse ${newId(Date.now())}`];
  await call("POST", "/auth/register", { email, password, display_name: "Ada" });
  return { email, password, id: await idOf(email) };
}
export const today = { start_date: "2026-03-10", end_date: "2026-03-10" };
/** Throws unless an answer has this status. */
export function answered(status: number, answer: { status: number }): void {
  if (answer.status !== status) throw new Error(`answered ${answer.status}, not ${status}`);
}

/** A call that a user makes, with the rows it leaves. */
export function asUser(
  what: string,
  make: (
    ada: TestUser,
    clock: Clock,
  ) => Promise<{
    method: string;
    path: string;
    body?: unknown;
    status: number;
    row: Partial<Log>;
    secrets?: string[];
  }>,
): Act {
  return {
    what,
    async run(clock) {
      const ada = await signUp();
      const { method, path, body, status, row, secrets } = await make(ada, clock);
      const of = visit(ada);
      answered(status, await of.call(method, path, body));
      return { of, rows: [row], people: [ada], ...(secrets ? { secrets } : {}) };
    },
  };
}
