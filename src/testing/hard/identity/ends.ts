import type { Reply } from "../caller.ts";
import { call, insist } from "../caller.ts";
import { type Session, sidOf } from "../accounts.ts";
import type { HardStack } from "../hard-stack.ts";

/** Who takes part when a session ends: an administrator may have to. */
export type Ending = { stack: HardStack; lost: Session; kept: Session; admin: Session };

/** A way in which sessions end. */
export type End = {
  /** Ends the lost session, with the help of the kept one; gives the answer's status. */
  end: (ending: Ending) => Promise<number>;
  /** What that answer is. */
  answer: number;
  /** What the lost session is told from then on. */
  told: string;
  /** With which code its sockets are closed. */
  code: number;
  /** Whether the other session lives on; else it is told the same. */
  keeps: boolean;
  /** Of what role the account must be. */
  role: "user" | "admin";
};

const ended = {
  answer: 204,
  told: "401 session_ended",
  code: 4401,
  keeps: true,
  role: "user",
} as const;
const gone = { ...ended, keeps: false } as const;
const NEW_PASSWORD = "quite another password";

/** What an administrator does to an account; comes back when too much is going on. */
async function asAdmin(
  { stack, lost, admin: { access_token } }: Ending,
  method: string,
  what = "",
  body?: object,
): Promise<number> {
  const path = `/admin/users/${lost.id}${what}`;
  return await statusOf(async () => await call(stack, method, path, { body, access_token }));
}

async function statusOf(ask: () => Promise<Reply>): Promise<number> {
  return (await insist(ask)).status;
}

/** Every way in which a session ends before its time, by name. */
export const ENDS: Record<string, End> = {
  "ended from another device": {
    ...ended,
    end: async ({ stack, lost, kept: { access_token } }) => {
      const path = `/users/me/sessions/${sidOf(lost)}`;
      return await statusOf(async () => await call(stack, "DELETE", path, { access_token }));
    },
  },
  "logged out": {
    ...ended,
    end: async ({ stack, lost: { refresh_token } }) =>
      await statusOf(
        async () => await call(stack, "POST", "/auth/logout", { body: { refresh_token } }),
      ),
  },
  "password changed": {
    ...ended,
    end: async ({ stack, kept: { password, access_token } }) => {
      const body = { current_password: password, new_password: NEW_PASSWORD };
      const ask = { body, access_token };
      return await statusOf(async () => await call(stack, "PUT", "/users/me/password", ask));
    },
  },
  "password reset by mail": {
    ...gone,
    end: async ({ stack, lost: { email } }) => {
      const asked = { body: { email } };
      await insist(async () => await call(stack, "POST", "/auth/forgot-password", asked));
      const [mail] = await stack.mail.waitFor(email, 20_000);
      const token = /token=([\w.-]+)/.exec(mail?.text ?? "")?.[1];
      const ask = { body: { token, password: NEW_PASSWORD } };
      return await statusOf(async () => await call(stack, "POST", "/auth/reset-password", ask));
    },
  },
  "account deactivated by an administrator": {
    ...gone,
    answer: 200,
    code: 4403,
    end: async (ending) => await asAdmin(ending, "PATCH", "/deactivate"),
  },
  "administrator demoted by another": {
    ...gone,
    answer: 200,
    role: "admin",
    end: async (ending) => await asAdmin(ending, "PUT", "", { role: "user" }),
  },
  "account deleted by an administrator": {
    ...gone,
    end: async (ending) => await asAdmin(ending, "DELETE"),
  },
  "account deleted by its owner": {
    ...gone,
    end: async ({ stack, kept: { password, access_token } }) => {
      const ask = { body: { password }, access_token };
      return await statusOf(async () => await call(stack, "DELETE", "/users/me", ask));
    },
  },
};
