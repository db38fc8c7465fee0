import { randomUUID } from "node:crypto";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { hiddenName } from "../platform/seal.ts";
import { call, freshEmail, mailedToken, mailsTo, type CaughtMail } from "../testing/api.ts";
import { mysqlFails } from "../testing/faults.ts";
import { knockOwn } from "../testing/own-socket.ts";
import { keptIn, tracesOfEach } from "../testing/traces.ts";
import { until } from "../testing/until.ts";
import { logsOfRequest } from "../testing/visit.ts";

type Secrets = Record<string, string>;
type Tokens = { access_token: string; refresh_token: string; user: { id: string } };

/** What comes to stand in the audit by its queue, behind the answers. */
const QUEUED_ACTS = {
  "auth.logged_in": 3,
  "auth.login_failed": 1,
  "auth.mail_token_refused": 2,
};

/** All that is written to the console from now on, by the Worker and by its objects. */
function listen(): string[] {
  const said: string[] = [];
  for (const level of ["debug", "log", "info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((...words: unknown[]) => {
      said.push(words.map((word) => (word instanceof Error ? word.stack : String(word))).join(" "));
    });
  return said;
}

/** Which of the secrets stand in a text, whole or by the part that nobody can make up. */
const secretsIn = (text: string, secrets: Secrets) =>
  Object.keys(secrets).filter((name) => text.includes(provingPart(secrets[name]!)));

/** The signature or seal of a token, without which the rest of it opens nothing. */
const provingPart = (secret: string) => secret.split(".").at(-1)!;

/** Someone who goes the whole way of an account, and what they alone may know. */
class Person {
  readonly email = freshEmail();
  readonly next_email = freshEmail();
  /** All their requests go by one id, so that what was audited of them is found. */
  readonly request_id = randomUUID();
  readonly secrets: Secrets = {
    password: `correct horse ${randomUUID()}`,
    wrong_password: `battery staple ${randomUUID()}`,
    new_password: `correct zebra ${randomUUID()}`,
  };
  id = "";

  /** A call whose answer is looked at once all secrets are known. */
  private readonly heard: [name: string, text: string][] = [];

  async ask<T>(name: string, method: string, path: string, body?: object, by?: string) {
    const headers: Record<string, string> = { "x-request-id": this.request_id };
    if (by) headers["authorization"] = `Bearer ${by}`;
    const answer = await call<T>(method, path, body, headers);
    const told = JSON.stringify([[...answer.headers], answer.body]);
    this.heard.push([name, told]);
    return answer;
  }

  /** Registers, signs in with and without luck, refreshes, opens a socket, moves, forgets, signs in anew. */
  async live(): Promise<void> {
    const { email, next_email, secrets: all } = this;
    const { password, wrong_password, new_password } = all;
    const profile = { email, password, display_name: "Ada" };
    await this.ask("register", "POST", "/auth/register", profile);
    const verification = (all["verification"] = await mailedToken(email));
    await this.ask("verify", "POST", "/auth/verify-email", { token: verification });
    const guess = { email, password: wrong_password };
    await this.ask("guess", "POST", "/auth/login", guess);
    await this.signIn("login", email, password!);
    const { refresh_token } = all;
    const next = await this.ask<Tokens>("refresh", "POST", "/auth/refresh", { refresh_token });
    all["next_access_token"] = next.body.access_token;
    all["next_refresh_token"] = next.body.refresh_token;
    for (const name of ["ticket", "unused_ticket"]) await this.takeTicket(name);
    const socket = await knockOwn({}, `?ticket=${encodeURIComponent(all["ticket"]!)}`);
    socket.webSocket?.accept();
    socket.webSocket?.close();
    if (socket.status !== 101) throw new Error(`the ticket was answered ${socket.status}`);
    const move = { email: next_email, password };
    await this.ask("move", "PUT", "/users/me/email", move, all["next_access_token"]);
    const change = (all["change"] = await mailedToken(next_email, "address-change"));
    await this.ask("confirm the move", "POST", "/auth/verify-email", { token: change });
    await this.ask("forget", "POST", "/auth/forgot-password", { email: next_email });
    const reset = (all["reset"] = await mailedToken(next_email, "password-reset"));
    const renewal = { token: reset, password: new_password };
    await this.ask("reset", "POST", "/auth/reset-password", renewal);
    await this.signIn("login anew", next_email, new_password!, "last_");
  }

  /** Tries again all that takes a secret; how it ends is not looked at. */
  async insist(): Promise<void> {
    const { next_email: email, secrets: all } = this;
    const { password, new_password, reset, verification, last_refresh_token } = all;
    const calls: [path: string, body: object][] = [
      ["/auth/login", { email, password: new_password }],
      ["/auth/register", { email: freshEmail(), password, display_name: "Ada" }],
      ["/auth/refresh", { refresh_token: last_refresh_token }],
      ["/auth/verify-email", { token: verification }],
      ["/auth/reset-password", { token: reset, password }],
      ["/auth/logout", { refresh_token: reset }],
      ["/auth/refresh", { refresh_token: { password, reset } }],
    ];
    for (const [path, body] of calls) await this.ask("once more", "POST", path, body);
    await knockOwn({}, `?ticket=${encodeURIComponent(all["ticket"]!)}`);
    const by = `${all["access_token"]}x`;
    await this.ask("once more", "GET", "/users/me", undefined, by);
  }

  /** What the answers to each call held. */
  told(): Record<string, string[]> {
    const told: Record<string, string[]> = {};
    for (const [name, text] of this.heard)
      told[name] = [...(told[name] ?? []), ...secretsIn(text, this.secrets)].sort();
    return told;
  }

  private async signIn(name: string, email: string, password: string, prefix = "") {
    const { body } = await this.ask<Tokens>(name, "POST", "/auth/login", { email, password });
    this.id = body.user.id;
    this.secrets[`${prefix}access_token`] = body.access_token;
    this.secrets[`${prefix}refresh_token`] = body.refresh_token;
  }

  private async takeTicket(name: string): Promise<void> {
    const by = this.secrets["next_access_token"];
    const { body } = await this.ask<{ ticket: string }>(
      name,
      "POST",
      "/auth/ticket",
      undefined,
      by,
    );
    this.secrets[name] = body.ticket;
  }
}

describe("what only a person may know", () => {
  const ada = new Person();
  let said: string[] = [];
  let mails: CaughtMail[] = [];

  beforeAll(async () => {
    said = listen();
    try {
      await ada.live();
      await ada.insist();
      // What a sender holds while MySQL fails would be out a minute later only.
      for (const email of [ada.email, ada.next_email]) await mailsTo(email);
      for (const mode of ["html", "refused"]) {
        await mysqlFails({ mode });
        await ada.insist();
      }
    } finally {
      await mysqlFails();
    }
    await until("all acts stand", async () => {
      const acts = (await logsOfRequest(ada.request_id)).map(({ action }) => action);
      return Object.entries(QUEUED_ACTS).every(
        ([action, times]) => acts.filter((act) => act === action).length === times,
      );
    });
    mails = [...(await mailsTo(ada.email)), ...(await mailsTo(ada.next_email))];
    vi.restoreAllMocks();
  });

  it("is three passwords and eleven tokens, all of them given", () => {
    expect(Object.keys(ada.secrets)).toHaveLength(14);
    for (const secret of Object.values(ada.secrets)) expect(provingPart(secret)).toMatch(/.{36}/);
  });

  it("stands in no column of any table", async () => {
    const parts = Object.entries(ada.secrets).map(([name, secret]) => [name, provingPart(secret)]);
    const needles = Object.fromEntries(parts) as Secrets;
    const { id, ...traces } = await tracesOfEach<string>({ ...needles, id: ada.id });
    expect(id).toContain("users.id");
    expect(traces).toEqual(Object.fromEntries(parts.map(([name]) => [name, []])));
  });

  it("stands in none of their objects", async () => {
    const { USER, LOGIN_GUARD } = env;
    const kept = await keptIn(USER.get(USER.idFromName(ada.id)));
    expect(kept).toContain(ada.id);
    expect(secretsIn(kept, ada.secrets)).toEqual([]);
    for (const whose of [ada.email, ada.next_email, ada.id]) {
      const guard = LOGIN_GUARD.get(LOGIN_GUARD.idFromName(hiddenName("login", whose)));
      expect(secretsIn(await keptIn(guard), ada.secrets)).toEqual([]);
    }
  });

  it("stands in no line of the log, whether MySQL is well or not", () => {
    expect(said.length).toBeGreaterThan(30);
    expect(said.flatMap((line) => secretsIn(line, ada.secrets))).toEqual([]);
  });

  it("stands in no mail but a token in the one that brings it", () => {
    const held = mails.map((mail) => [mail.tag, secretsIn(JSON.stringify(mail), ada.secrets)]);
    expect(Object.fromEntries(held)).toEqual({
      verification: ["verification"],
      welcome: [],
      "address-change-notice": [],
      "address-change": ["change"],
      "password-reset": ["reset"],
      "password-changed": [],
    });
  });

  it("stands in no answer but a token in the one that gives it", () => {
    expect(ada.told()).toEqual({
      register: [],
      verify: [],
      guess: [],
      login: ["access_token", "refresh_token"],
      refresh: ["next_access_token", "next_refresh_token"],
      ticket: ["ticket"],
      unused_ticket: ["unused_ticket"],
      move: [],
      "confirm the move": [],
      forget: [],
      reset: [],
      "login anew": ["last_access_token", "last_refresh_token"],
      "once more": [],
    });
  });
});
