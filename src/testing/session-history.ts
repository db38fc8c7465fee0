import { call, type TestUser } from "./api.ts";
import type { fixedClock } from "./clock.ts";

/** One step of a history; `which` and `whose` pick among the tokens and sessions there are by then. */
export type Step =
  | {
      does: "refresh" | "refresh the newest" | "look" | "log out" | "change the password";
      which: number;
    }
  | { does: "refresh twice"; which: number; pause: number }
  | { does: "end a session"; which: number; whose: number }
  | { does: "wait"; pause: number }
  | { does: "sign in" };

type Session = {
  id: string;
  counter: number;
  rotated_at: number;
  good_until: number;
  ended: boolean;
  access_token: string;
  access_until: number;
};
type RefreshToken = { session: Session; counter: number; text: string };
type Pair = { access_token: string; refresh_token: string; code?: string };

const GRACE_MS = 10_000;
const ACCESS_SECONDS = 1_800;
const SESSION_MS = 7 * 24 * 3_600_000;

/**
 * A person's sessions as API.md describes them, side by side with the real ones: each step is done
 * for real, and throws where the answer is not the model's. Knows nothing of how the API does it.
 */
export class History {
  private readonly user: TestUser;
  private readonly clock: ReturnType<typeof fixedClock>;
  private readonly sessions: Session[] = [];
  private readonly tokens: RefreshToken[] = [];
  private readonly done: string[] = [];

  private constructor(user: TestUser, clock: ReturnType<typeof fixedClock>) {
    this.user = user;
    this.clock = clock;
  }

  /** Begins with one fresh session. */
  static async begin(user: TestUser, clock: ReturnType<typeof fixedClock>): Promise<History> {
    const history = new History(user, clock);
    await history.signIn();
    return history;
  }

  /** Does a step; throws where an answer differs from the model's. */
  async take(step: Step): Promise<void> {
    switch (step.does) {
      case "wait":
        this.clock.advance(step.pause);
        this.done.push(`wait ${step.pause}`);
        return;
      case "sign in":
        return await this.signIn();
      case "refresh":
        return await this.refresh(pick(this.tokens, step.which));
      case "refresh the newest":
        return await this.refresh(pick(this.tokens.filter(isNewest), step.which));
      case "refresh twice":
        return await this.refreshTwice(pick(this.tokens.filter(isNewest), step.which), step.pause);
      case "look":
        return await this.look(pick(this.sessions, step.which));
      case "log out":
        return await this.logOut(pick(this.tokens, step.which));
      case "change the password":
        return await this.changePassword(pick(this.sessions, step.which));
      case "end a session":
        return await this.end(pick(this.sessions, step.which), pick(this.sessions, step.whose));
    }
  }

  private async signIn(): Promise<void> {
    const { email, password } = this.user;
    const { status, body } = await call<Pair>("POST", "/auth/login", { email, password });
    this.expect("sign in", "200", `${status}`);
    const now = this.clock.now();
    const session: Session = {
      id: claimsOf(body.access_token).sid,
      counter: 1,
      rotated_at: now,
      good_until: now + SESSION_MS,
      ended: false,
      ...this.accessOf(body),
    };
    this.sessions.push(session);
    this.tokens.push({ session, counter: 1, text: body.refresh_token });
  }

  private async refresh({ session, counter, text }: RefreshToken): Promise<void> {
    const now = this.clock.now();
    const expected = this.judgeRefresh(session, counter, now);
    const { status, body } = await call<Pair>("POST", "/auth/refresh", { refresh_token: text });
    this.expect(
      `refresh ${this.nameOf(session)} with token ${counter}`,
      expected,
      told(status, body),
    );
    if (status !== 200) {
      if (expected === "401 token_reused") session.ended = true;
      return;
    }
    if (counter === session.counter) {
      Object.assign(session, {
        counter: counter + 1,
        rotated_at: now,
        good_until: now + SESSION_MS,
      });
      this.tokens.push({ session, counter: counter + 1, text: body.refresh_token });
    }
    const successor = this.tokens.find((one) => one.session === session && isNewest(one));
    this.expect("its successor", successor?.text ?? "", body.refresh_token);
    Object.assign(session, this.accessOf(body));
  }

  private async refreshTwice(token: RefreshToken, pause: number): Promise<void> {
    await this.refresh(token);
    this.clock.advance(pause);
    this.done.push(`wait ${pause}`);
    await this.refresh(token);
  }

  private judgeRefresh(session: Session, counter: number, now: number): string {
    if (!isLive(session, now)) return "401 refresh_token_invalid";
    if (counter === session.counter) return "200";
    const isLostAnswer = counter === session.counter - 1 && now - session.rotated_at <= GRACE_MS;
    return isLostAnswer ? "200" : "401 token_reused";
  }

  private async look(session: Session): Promise<void> {
    const { status, body } = await this.as(session, "GET", "/users/me");
    this.expect(
      `look by ${this.nameOf(session)}`,
      this.judgeAccess(session) ?? "200",
      told(status, body),
    );
  }

  private async logOut({ session, counter, text }: RefreshToken): Promise<void> {
    const { status } = await call("POST", "/auth/logout", { refresh_token: text });
    this.expect(`log out ${this.nameOf(session)} with token ${counter}`, "204", `${status}`);
    session.ended = true;
  }

  private async changePassword(session: Session): Promise<void> {
    const { password } = this.user;
    const expected = this.judgeAccess(session) ?? "204";
    const { status, body } = await this.as(session, "PUT", "/users/me/password", {
      current_password: password,
      new_password: password,
    });
    this.expect(`change the password by ${this.nameOf(session)}`, expected, told(status, body));
    if (status !== 204) return;
    for (const other of this.sessions) other.ended ||= other !== session;
  }

  private async end(by: Session, whose: Session): Promise<void> {
    const isThere = isLive(whose, this.clock.now());
    const expected = this.judgeAccess(by) ?? (isThere ? "204" : "404 not_found");
    const { status, body } = await this.as(by, "DELETE", `/users/me/sessions/${whose.id}`);
    this.expect(`end ${this.nameOf(whose)} by ${this.nameOf(by)}`, expected, told(status, body));
    if (status === 204) whose.ended = true;
  }

  /** Why a session's newest access token is refused now; null where it is not. */
  private judgeAccess(session: Session): string | null {
    const now = this.clock.now();
    if (session.access_until <= now) return "401 access_token_invalid";
    return isLive(session, now) ? null : "401 session_ended";
  }

  private accessOf({ access_token }: Pair): Pick<Session, "access_token" | "access_until"> {
    const issued_at = Math.floor(this.clock.now() / 1000);
    return { access_token, access_until: (issued_at + ACCESS_SECONDS) * 1000 };
  }

  private async as({ access_token }: Session, method: string, path: string, body?: object) {
    const authorization = `Bearer ${access_token}`;
    return await call<{ code?: string }>(method, path, body, { authorization });
  }

  private nameOf(session: Session): string {
    return `session ${this.sessions.indexOf(session) + 1}`;
  }

  private expect(what: string, expected: string, answered: string): void {
    this.done.push(`${what}: ${answered}`);
    if (expected !== answered)
      throw new Error(`the model says ${expected}\n${this.done.join("\n")}`);
  }
}

function isLive(session: Session, now: number): boolean {
  return !session.ended && session.good_until > now;
}

function isNewest({ session, counter }: RefreshToken): boolean {
  return session.counter === counter;
}

function told(status: number, body: { code?: string }): string {
  return status < 400 ? `${status}` : `${status} ${body.code}`;
}

function claimsOf(access_token: string): { sid: string } {
  const payload = Buffer.from(access_token.split(".")[1] ?? "", "base64url").toString();
  return JSON.parse(payload) as { sid: string };
}

function pick<T>(list: readonly T[], which: number): T {
  const picked = list[which % list.length];
  if (picked === undefined) throw new RangeError("nothing to pick from");
  return picked;
}
