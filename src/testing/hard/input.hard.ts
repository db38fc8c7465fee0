import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Made } from "../recipes.ts";
import { freshEmail } from "./accounts.ts";
import { inLanes, ipOf } from "./caller.ts";
import { figure } from "./figures.ts";
import { withEach } from "./fuzz/bodies.ts";
import { Crowd } from "./fuzz/crowd.ts";
import { readDocument, type Document, type Route } from "./fuzz/document.ts";
import { WRONG_TYPES } from "./fuzz/hostile.ts";
import { faultsIn } from "./fuzz/judge.ts";
import { bodiesOf, FORBIDDEN } from "./fuzz/sample-bodies.ts";
import { misfits, resolved, type Schema } from "./fuzz/schema.ts";
import { dress } from "./fuzz/sender.ts";
import { changedTables, quietTables } from "./fuzz/tables.ts";
import { startHardStack, type HardStack } from "./hard-stack.ts";
import { isForPostmark, WEBHOOK_SECRET } from "./postmark-door.ts";
import { jsonOf, send, type Heard } from "./wire.ts";

const LANES = 12;

let stack: HardStack;
let document: Document;
let crowd: Crowd;
let writes: Route[];

beforeAll(async () => {
  stack = await startHardStack({
    SCRYPT_COST: "16",
    AUTH_FLOOR_MS: "0",
    POSTMARK_WEBHOOK_SECRET: WEBHOOK_SECRET,
  });
  document = await readDocument(stack.api_url);
  crowd = await Crowd.gather(stack, 40);
  writes = document.routes.filter(({ body }) => body !== null);
});

afterAll(async () => await stack.stop());

const made: Made = {
  activity: "",
  rule: "",
  session: "",
  account: "",
  challenge: "",
  joinable: "",
  invite_code: "ABCDEFGH",
  over: "",
  email: freshEmail(),
  password: "not the password at all",
  new_email: freshEmail(),
  refresh_token: "made up",
  verify_token: "made up",
  reset_token: "made up",
  unsubscribe_token: "",
  avatar: "",
  used_at: new Date(Date.now() - 3_600_000).toISOString(),
  start_date: new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10),
  end_date: new Date(Date.now() + 4 * 86_400_000).toISOString().slice(0, 10),
};

/** Sends a body to a route as somebody who may use it. */
async function write(route: Route, body: unknown): Promise<Heard> {
  const ask = await dress(
    {
      route,
      at: "own",
      query: "",
      content_type: "application/json",
      headers: {},
      body: JSON.stringify(body),
      is_signed: true,
    },
    crowd,
  );
  return await send(stack.api_url, ask);
}

describe("fields that are nobody's to write", () => {
  it("are refused by name in every write, and change nothing", async () => {
    // What Postmark sends is Postmark's: fields that are new to us must not be refused.
    const ours = writes.filter((route) => !isForPostmark(route));
    const tries = ours.flatMap((route) =>
      bodiesOf(route.name, made)
        .filter((body) => !("items" in body))
        .flatMap((body) =>
          FORBIDDEN.filter((name) => !knows(route.body!, name)).map((name) => ({
            route,
            name,
            body: Object.fromEntries([...Object.entries(body), [name, "admin"]]),
          })),
        ),
    );
    const before = await quietTables(stack.database_client);
    const wrong: string[] = [];
    await inLanes(tries.length, LANES, async (at) => {
      const { route, name, body } = tries[at]!;
      const heard = await write(route, body);
      const named = (jsonOf(heard)["errors"] ?? []) as { path: string }[];
      if (heard.status !== 422 || !named.some(({ path }) => path === name))
        wrong.push(`${route.name} with ${name}: ${heard.status} ${heard.text}`);
    });
    const moved = changedTables(before, await quietTables(stack.database_client));
    figure("mass assignment", `${tries.length} forbidden fields`, `${wrong.length} taken`, "0");
    expect(wrong).toEqual([]);
    expect(moved).toEqual([]);
    expect(new Set(tries.map(({ name }) => name)).size).toBeGreaterThanOrEqual(30);
  });

  it("spoil the item of a batch that has them, and no other", async () => {
    const route = writes.find(({ name }) => name === "POST /activities")!;
    const { items: [item] = [] } = bodiesOf(route.name, made).find((body) => "items" in body) as {
      items?: object[];
    };
    const names = FORBIDDEN.filter((name) => !["id", "ended_at"].includes(name));
    const items = names.map((name) => Object.fromEntries([...Object.entries(item!), [name, 1]]));
    const heard = await write(route, { items: [...items, item] });
    const receipts = jsonOf(heard)["receipts"] as { status: string }[];
    expect(receipts.map(({ status }) => status)).toEqual([
      ...names.map(() => "rejected"),
      expect.toBeOneOf(["accepted", "merged"]),
    ]);
  });
});

/** Whether a schema, or one of those it may be, has a field of this name. */
function knows(schema: Schema, name: string): boolean {
  const { properties = {}, anyOf = [] } = resolved(schema, document.schemas);
  return Object.hasOwn(properties, name) || anyOf.some((one) => knows(one, name));
}

describe("a value of another type", () => {
  it("is taken nowhere but where the document lets it stand, at any depth", async () => {
    const tries = writes.flatMap((route) =>
      bodiesOf(route.name, made).flatMap((whole) =>
        withEach(whole, WRONG_TYPES).map(({ body, path }) => ({ route, body, path })),
      ),
    );
    const wrong = new Set<string>();
    await inLanes(tries.length, LANES, async (at) => {
      const { route, body, path } = tries[at]!;
      const heard = await write(route, body);
      const faults = faultsIn(heard, route, document);
      const isBatch = "items" in (body as object);
      if (heard.status < 300 && !isBatch)
        faults.push(...misfits(body, route.body!, document.schemas).map((what) => `took ${what}`));
      for (const fault of faults)
        wrong.add(`${route.name}, ${path}: ${fault}: ${JSON.stringify(body).slice(0, 300)}`);
    });
    figure("wrong types", `${tries.length} values in every field`, `${wrong.size} taken`, "0");
    expect([...wrong]).toEqual([]);
  });
});

describe("browsers of 40 origins", () => {
  const host = () => new URL(stack.mail_url).host;
  const allowed = () => [stack.mail_url, "http://localhost:3000", "http://localhost:5173"];
  const refused = () => [
    "null",
    "*",
    "file://",
    "http://localhost",
    "http://localhost:30000",
    "http://localhost:300",
    "http://localhost:3001",
    "http://localhost:3000/",
    "http://localhost:3000#",
    "http://localhost:3000.evil.example",
    "http://localhost.:3000",
    "http://evil.localhost:3000",
    "http://localhost:3000@evil.example",
    "http://evil.example/http://localhost:3000",
    "http://evil.example",
    "https://localhost:3000",
    "https://localhost:5173",
    "HTTP://LOCALHOST:3000",
    "http://LOCALHOST:3000",
    "http://127.0.0.1:3000",
    "http://[::1]:3000",
    "http://localhost:3000,http://evil.example",
    "http://evil.example,http://localhost:3000",
    "http://localhost:3000 http://evil.example",
    "http://xlocalhost:3000",
    "http://localhost:5173x",
    "http://loca1host:3000",
    "ftp://localhost:3000",
    "chrome-extension://abcdefghijklmnop",
    "capacitor://localhost",
    "ionic://localhost",
    "data:text/html,x",
    "http://localhost:3000%00.evil.example",
    "http://localhost:3000\tx",
    `http://${host()}.evil.example`,
    `https://${host()}`,
    "",
  ];

  it("read answers from three of them, which are on the list", async () => {
    const all = [...allowed(), ...refused()];
    for (const origin of all) {
      const expected = allowed().includes(origin) ? origin : undefined;
      const about = { path: "/api/health", body: undefined };
      const simple = await send(stack.api_url, { ...about, method: "GET", headers: { origin } });
      const preflight = await send(stack.api_url, {
        ...about,
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "PUT",
          "access-control-request-headers": "authorization",
        },
      });
      for (const { headers, status } of [simple, preflight]) {
        expect([origin, headers["access-control-allow-origin"]]).toEqual([origin, expected]);
        expect(headers["access-control-allow-credentials"]).toBeUndefined();
        expect(String(headers["vary"]).toLowerCase()).toContain("origin");
        expect(status).toBeLessThan(300);
      }
    }
    figure("CORS", `origins let in of ${all.length}`, allowed().length, "3");
    expect(all).toHaveLength(40);
  });

  it("open a socket from those three alone", async () => {
    const [member] = crowd.members;
    const { access_token } = member!;
    for (const origin of refused().filter((one) => one !== "")) {
      const headers = {
        origin,
        authorization: `Bearer ${access_token}`,
        "cf-connecting-ip": ipOf(1),
        upgrade: "websocket",
        connection: "upgrade",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      };
      const path = "/api/users/me/live";
      const { status } = await send(stack.api_url, {
        method: "GET",
        path,
        headers,
        body: undefined,
      });
      expect([origin, status]).toEqual([origin, 403]);
    }
  });
});
