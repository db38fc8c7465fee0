import { expect } from "vitest";
import { MINUTE_MS, SECOND_MS } from "../../platform/time/instant.ts";
import { api, call, freshEmail, mailedToken, signIn, signUp } from "../api.ts";
import { visit } from "../visit.ts";
import { testDatabase } from "../database.ts";
import {
  about,
  answered,
  asUser,
  by,
  idOf,
  nobody,
  register,
  why,
  type Act,
  type Tried,
} from "./act.ts";

export const SIGN_IN_ACTS = {
  "auth.registered": [
    {
      what: "a new address",
      async run() {
        const of = visit();
        const [email, password] = [freshEmail(), "correct horse battery"];
        await of.call("POST", "/auth/register", { email, password, display_name: "Zoé" });
        const id = await idOf(email);
        return { of, rows: [about({ id })], secrets: [email, password, "Zoé"] };
      },
    },
  ],
  "auth.registered_again": [
    {
      what: "an address that is confirmed",
      async run(clock) {
        const ada = await signUp();
        clock.advance(2 * MINUTE_MS);
        const of = visit();
        const { email } = ada;
        const password = "another horse battery";
        await of.call("POST", "/auth/register", { email, password, display_name: "Eve" });
        const context = { is_mailed: true, is_replaced: false };
        return { of, rows: [about(ada, { context })], people: [ada], secrets: [password, "Eve"] };
      },
    },
    {
      what: "an address that nobody confirmed",
      async run(clock) {
        const { email, id } = await register();
        clock.advance(2 * MINUTE_MS);
        const of = visit();
        const password = "another horse battery";
        await of.call("POST", "/auth/register", { email, password, display_name: "Eve" });
        const context = { is_mailed: true, is_replaced: true };
        return { of, rows: [about({ id }, { context })], secrets: [email, password, "Eve"] };
      },
    },
  ],
  "auth.verification_asked": [
    {
      what: "for an unconfirmed account",
      async run(clock) {
        const { email, id } = await register();
        clock.advance(2 * MINUTE_MS);
        const of = visit();
        await of.call("POST", "/auth/resend-verification", { email });
        return { of, rows: [about({ id }, { context: { is_mailed: true } })], secrets: [email] };
      },
    },
    {
      what: "for an address that nobody has",
      async run() {
        const of = visit();
        const email = freshEmail();
        await of.call("POST", "/auth/resend-verification", { email });
        return { of, rows: [{ ...nobody, context: { is_mailed: false } }], secrets: [email] };
      },
    },
  ],
  "auth.email_verified": [
    {
      what: "by the mailed token",
      async run() {
        const { email, id } = await register();
        const token = await mailedToken(email);
        const of = visit();
        await of.call("POST", "/auth/verify-email", { token });
        return { of, rows: [about({ id }, { actor_id: id })], secrets: [email, token] };
      },
    },
  ],
  "auth.logged_in": [
    {
      what: "with the right password",
      async run() {
        const ada = await signUp();
        const of = visit();
        const { email, password } = ada;
        const body = { email, password, device_name: "Ada's phone" };
        answered(200, await of.call("POST", "/auth/login", body));
        const context = { session_id: expect.any(String) as string };
        return { of, rows: [by(ada, { context })], people: [ada], secrets: ["Ada's phone"] };
      },
    },
  ],
  "auth.login_failed": [
    {
      what: "with a wrong password",
      async run() {
        const ada = await signUp();
        const of = visit();
        const body = { email: ada.email, password: "a wrong password" };
        answered(401, await of.call("POST", "/auth/login", body));
        const rows = [about(ada, why("wrong_password"))];
        return { of, rows, people: [ada], secrets: [body.password] };
      },
    },
    {
      what: "with an unknown address",
      async run() {
        const of = visit();
        const body = { email: freshEmail(), password: "a wrong password" };
        answered(401, await of.call("POST", "/auth/login", body));
        const rows = [{ ...nobody, ...why("unknown_address") }];
        return { of, rows, secrets: [body.email, body.password] };
      },
    },
  ],
  "auth.login_refused": [
    {
      what: "before the address is confirmed",
      async run() {
        const { email, password, id } = await register();
        const of = visit();
        await of.call("POST", "/auth/login", { email, password });
        const rows = [about({ id }, { actor_id: id, ...why("email_not_verified") })];
        return { of, rows, secrets: [email, password] };
      },
    },
    {
      what: "to a deactivated account",
      async run() {
        const ada = await signUp();
        await testDatabase().execute("update users set is_active = false where id = ?", [ada.id]);
        const of = visit();
        await of.call("POST", "/auth/login", { email: ada.email, password: ada.password });
        return { of, rows: [by(ada, why("account_disabled"))], people: [ada] };
      },
    },
    {
      what: "after too many guesses",
      async run() {
        const ada = await signUp();
        const { email } = ada;
        for (let guess = 0; guess < 10; guess += 1)
          await call("POST", "/auth/login", { email, password: `guess ${guess}` });
        const of = visit();
        const body = { email, password: ada.password };
        answered(429, await of.call("POST", "/auth/login", body));
        return {
          of,
          rows: [about(ada, { context: { why: "too_many_attempts", guesses: 1 } })],
          people: [ada],
        };
      },
    },
  ],
  "auth.logged_out": [
    {
      what: "by the refresh token",
      async run() {
        const ada = await signUp();
        const of = visit();
        const { refresh_token } = ada;
        answered(204, await of.call("POST", "/auth/logout", { refresh_token }));
        const context = { session_id: expect.any(String) as string };
        return { of, rows: [by(ada, { context })], people: [ada] };
      },
    },
  ],
  "auth.token_reused": [
    {
      what: "a spent refresh token after the grace",
      async run(clock) {
        const ada = await signUp();
        const { refresh_token } = ada;
        await call("POST", "/auth/refresh", { refresh_token });
        clock.advance(11 * SECOND_MS);
        const of = visit();
        answered(401, await of.call("POST", "/auth/refresh", { refresh_token }));
        const context = { session_id: expect.any(String) as string };
        return { of, rows: [about(ada, { context })], people: [ada] };
      },
    },
  ],
  "auth.session_ended": [
    asUser("one of one's own", async (ada) => {
      await signIn(ada);
      const { data } = (
        await api(ada).get<{ data: { id: string; is_current: boolean }[] }>("/users/me/sessions")
      ).body;
      const session_id = data.find(({ is_current }) => !is_current)?.id ?? "";
      const row = by(ada, { context: { session_id } });
      return { method: "DELETE", path: `/users/me/sessions/${session_id}`, status: 204, row };
    }),
  ],
  "auth.sessions_ended": [
    asUser("all others", async (ada) => {
      await signIn(ada);
      return { method: "DELETE", path: "/users/me/sessions", status: 204, row: by(ada) };
    }),
  ],
} satisfies Partial<Record<Tried, Act[]>>;
