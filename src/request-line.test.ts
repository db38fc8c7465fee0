import { afterEach, describe, expect, it, vi } from "vitest";
import { env } from "cloudflare:workers";
import { writeUnsubscription } from "./mail/topics.ts";
import { loadConfig } from "./platform/env.ts";
import { seal, userMark } from "./platform/seal.ts";
import { api, call, signIn, signUp } from "./testing/api.ts";
import { knockOwn } from "./testing/own-socket.ts";

type Line = Record<string, unknown>;

afterEach(() => vi.restoreAllMocks());

/** The lines that requests wrote while `work` went on. */
async function linesOf(work: () => Promise<unknown>): Promise<Line[]> {
  const lines: Line[] = [];
  for (const level of ["info", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: unknown) => {
      const read = JSON.parse(String(line)) as Line;
      if (read["event"] === "request") lines.push(read);
    });
  }
  await work();
  vi.restoreAllMocks();
  return lines;
}

describe("the log line of a request", () => {
  it("is one, and says which route answered how, and what took how long", async () => {
    const ada = await signUp();
    const [line, ...more] = await linesOf(async () => await api(ada).get("/users/me?q=secret"));
    expect(more).toEqual([]);
    expect(line).toEqual({
      level: "info",
      event: "request",
      method: "GET",
      route: "/api/users/me",
      status: 200,
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      user: expect.stringMatching(/^[0-9a-f]{16}$/),
      object_calls: 1,
      object_ms: expect.any(Number),
      mysql_calls: 1,
      mysql_ms: expect.any(Number),
      ms: expect.any(Number),
    });
  });

  it("says so where nothing was called, and where nobody was signed in", async () => {
    const [line] = await linesOf(async () => await call("GET", "/health"));
    expect(line).toMatchObject({ object_calls: 0, object_ms: 0, mysql_calls: 0, mysql_ms: 0 });
    expect(line).not.toHaveProperty("user");
  });

  it("calls a user the same in each session, also where they are refused, and nobody else so", async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const again = { ...ada, ...(await signIn(ada)) };
    const lines = await linesOf(async () => {
      await api(ada).get("/users/me");
      await api(again).get("/challenges/nowhere");
      await call("POST", "/auth/logout", { refresh_token: again.refresh_token });
      await api(again).get("/users/me");
      await api(bob).get("/users/me");
    });
    const [first, missing, , refused, other] = lines.map(({ user }) => user);
    expect(lines.map(({ status }) => status)).toEqual([200, 404, 204, 401, 200]);
    expect([missing, refused]).toEqual([first, first]);
    expect(other).not.toBe(first);
  });

  it("holds no id, address, token or query of anybody's", async () => {
    const ada = await signUp();
    const lines = await linesOf(async () => {
      await api(ada).get("/activities?app=canary-app");
      await api(ada).put("/users/me", { display_name: "canary-name" });
      await call("POST", "/auth/login", { email: ada.email, password: "canary-password" });
    });
    const said = JSON.stringify(lines);
    expect(lines).toHaveLength(3);
    for (const secret of [ada.id, ada.email, ada.access_token, "canary", "query"]) {
      expect(said).not.toContain(secret);
    }
  });

  it("holds no ticket of a socket and no token of a mail's link, whether they are taken or not", async () => {
    const ada = await signUp();
    const { ticket } = (await api(ada).post<{ ticket: string }>("/auth/ticket")).body;
    const about = writeUnsubscription({ user_id: ada.id, topic: "limit", locale: "en" });
    const token = seal(loadConfig(env), "unsubscribe", about);
    const lines = await linesOf(async () => {
      for (const query of [`?ticket=${encodeURIComponent(ticket)}`, "?ticket=canary"])
        (await knockOwn({}, query)).webSocket?.accept();
      await call("GET", `/mail/unsubscribe?token=${token}`);
      await call("GET", "/mail/unsubscribe?token=canary");
    });
    expect(lines.map(({ status }) => status)).toEqual([101, 401, 200, 400]);
    const said = JSON.stringify(lines);
    for (const secret of [ticket, token, "canary"]) expect(said).not.toContain(secret);
  });

  it("names a user by a key of the secret alone: another secret, another name", async () => {
    const config = loadConfig(env);
    const other = { ...config, JWT_SECRET: "another secret, which is long enough, too" };
    const id = "01957f00-0000-7000-8000-000000000001";
    expect(userMark(config, id)).toBe(userMark(config, id));
    expect(userMark(other, id)).not.toBe(userMark(config, id));
  });
});
