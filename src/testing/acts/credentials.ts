import { HOUR_MS, SECOND_MS } from "../../platform/time/instant.ts";
import { api, call, freshEmail, mailedToken, signUp } from "../api.ts";
import { visit } from "../visit.ts";
import { about, answered, asUser, by, nobody, register, type Act, type Tried } from "./act.ts";

export const CREDENTIALS_ACTS = {
  "auth.password_check_failed": [
    ...(
      [
        ["PUT", "/users/me/password", "current_password", { new_password: "a new password" }],
        ["PUT", "/users/me/email", "password", { email: freshEmail() }],
        ["DELETE", "/users/me", "password", {}],
      ] as const
    ).map(([method, path, field, more]) =>
      asUser(`${method} ${path}`, async (ada) => ({
        method,
        path,
        body: { [field]: "a wrong password", ...more },
        status: 422,
        row: by(ada, { context: { field, why: "wrong_password" } }),
        secrets: ["a wrong password", ...Object.values(more)],
      })),
    ),
    asUser("after too many guesses", async (ada) => {
      for (let guess = 0; guess < 10; guess += 1)
        await api(ada).delete("/users/me", { password: `guess ${guess}` });
      return {
        method: "DELETE",
        path: "/users/me",
        body: { password: ada.password },
        status: 429,
        row: by(ada, { context: { field: "password", why: "too_many_attempts" } }),
      };
    }),
  ],
  "auth.password_changed": [
    asUser("by the current one", async (ada) => ({
      method: "PUT",
      path: "/users/me/password",
      body: { current_password: ada.password, new_password: "another horse battery" },
      status: 204,
      row: by(ada),
      secrets: ["another horse battery"],
    })),
  ],
  "auth.password_reset_asked": [
    {
      what: "for an account",
      async run() {
        const ada = await signUp();
        const of = visit();
        await of.call("POST", "/auth/forgot-password", { email: ada.email });
        return { of, rows: [about(ada, { context: { is_mailed: true } })], people: [ada] };
      },
    },
    {
      what: "for an address that nobody has",
      async run() {
        const of = visit();
        const email = freshEmail();
        await of.call("POST", "/auth/forgot-password", { email });
        return { of, rows: [{ ...nobody, context: { is_mailed: false } }], secrets: [email] };
      },
    },
  ],
  "auth.password_reset": [
    {
      what: "by the mailed token",
      async run() {
        const ada = await signUp();
        await call("POST", "/auth/forgot-password", { email: ada.email });
        const token = await mailedToken(ada.email, "password-reset");
        const of = visit();
        const body = { token, password: "another horse battery" };
        answered(204, await of.call("POST", "/auth/reset-password", body));
        return { of, rows: [by(ada)], people: [ada], secrets: Object.values(body) };
      },
    },
  ],
  "auth.mail_token_refused": [
    ...["verify", "reset"].map((purpose): Act => ({
      what: `what never was a token, to ${purpose}`,
      async run() {
        const of = visit();
        const path = purpose === "verify" ? "/auth/verify-email" : "/auth/reset-password";
        const body = { token: "a.token.that.never.was", password: "another horse battery" };
        const { password: _unused, ...tokenOnly } = body;
        const { status } = await of.call("POST", path, purpose === "verify" ? tokenOnly : body);
        answered(400, { status });
        return { of, rows: [{ ...nobody, context: { purpose } }], secrets: Object.values(body) };
      },
    })),
    {
      what: "a verification token that was used",
      async run() {
        const { email, id } = await register();
        const token = await mailedToken(email);
        await call("POST", "/auth/verify-email", { token });
        const of = visit();
        answered(400, await of.call("POST", "/auth/verify-email", { token }));
        const rows = [about({ id }, { context: { purpose: "verify" } })];
        return { of, rows, secrets: [email, token] };
      },
    },
    {
      what: "a reset token that is too old",
      async run(clock) {
        const ada = await signUp();
        await call("POST", "/auth/forgot-password", { email: ada.email });
        const token = await mailedToken(ada.email, "password-reset");
        clock.advance(HOUR_MS + SECOND_MS);
        const of = visit();
        const body = { token, password: "another horse battery" };
        answered(400, await of.call("POST", "/auth/reset-password", body));
        const rows = [about(ada, { context: { purpose: "reset" } })];
        return { of, rows, people: [ada], secrets: Object.values(body) };
      },
    },
  ],
  "auth.address_change_asked": [
    asUser("to an address that may be somebody's", async (ada) => {
      const body = { email: freshEmail(), password: ada.password };
      const row = by(ada, { context: { is_mailed: true } });
      const secrets = [body.email];
      return { method: "PUT", path: "/users/me/email", body, status: 202, row, secrets };
    }),
  ],
  "auth.address_changed": [
    {
      what: "by the token mailed to the new one",
      async run() {
        const ada = await signUp();
        const email = freshEmail();
        await api(ada).put("/users/me/email", { email, password: ada.password });
        const token = await mailedToken(email, "address-change");
        const of = visit();
        answered(200, await of.call("POST", "/auth/verify-email", { token }));
        const personal = { email: { before: ada.email, after: email } };
        const secrets = [token, email];
        return { of, rows: [by(ada, { personal })], people: [ada], secrets };
      },
    },
  ],
} satisfies Partial<Record<Tried, Act[]>>;
