import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../platform/ids.ts";
import { seal } from "../../platform/seal.ts";
import { insertRows } from "../../local/bench/seed.ts";
import { addAccounts, signIn, type Session } from "./accounts.ts";
import { call, ipOf } from "./caller.ts";
import { figure } from "./figures.ts";
import { startHardStack, type HardStack } from "./hard-stack.ts";

/** Texts that look alike, or that databases, case folding and normal forms hold to be the same. */
const PAIRS: readonly (readonly [string, string])[] = [
  ["\u00e9", "e\u0301"],
  ["\u00e9", "e"],
  ["i", "\u0131"],
  ["I", "\u0130"],
  ["k", "\u212a"],
  ["s", "\u017f"],
  ["ss", "\u00df"],
  ["fi", "\ufb01"],
  ["a", "A"],
  ["a", "\uff41"],
  ["a", "\u0430"],
  ["\u00e5", "\u212b"],
  ["\u03c3", "\u03c2"],
  ["2", "\u00b2"],
  ["ab", "a\u00adb"],
  ["ab", "a\u200bb"],
  ["ab", "a\u200db"],
  ["ab", "a\ufe0fb"],
  ["\u{1f600}", "\u{1f601}"],
  ["\u304b\u3099", "\u304c"],
  ["\u30ab", "\u304b"],
  ["\u00f8", "o"],
  ["\u0142", "l"],
  ["\u00e6", "ae"],
  ["a_", "ab"],
  ["a%", "abc"],
];
/** How one character of an ASCII text is replaced by another that looks like it, or is added to it. */
const TWISTS: readonly ((text: string) => string)[] = [
  (text) => text.replace(/k/i, "\u212a"),
  (text) => text.replace(/i/i, "\u0131"),
  (text) => text.replace(/i/i, "\u0130"),
  (text) => text.replace(/s/i, "\u017f"),
  (text) => text.replace(/a/i, "\u0430"),
  (text) => text.replace(/e/i, "\u00e9"),
  (text) => text.replace(/e/i, "e\u0301"),
  (text) => text.replace(/[a-z]/i, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)),
  (text) => `${text}\0`,
  (text) => `\0${text}`,
  (text) => `${text}\ud800`,
  (text) => `${text}\u200b`,
  (text) => `${text}\ufeff`,
  (text) => `${text}\u0301`,
  (text) => `${text.slice(0, 4)}\u00ad${text.slice(4)}`,
  (text) => `${text.slice(0, 4)} ${text.slice(4)}`,
  (text) => `${text}%`,
];

let stack: HardStack;
let ada: Session;
let bob: Session;

beforeAll(async () => {
  stack = await startHardStack({ SCRYPT_COST: "16", AUTH_FLOOR_MS: "0" });
  const [one, other] = await addAccounts(stack, 2);
  ada = await signIn(stack, one!);
  bob = await signIn(stack, other!);
});

afterAll(async () => await stack.stop());

let asked = 0;
const as = async (who: Session | null, method: string, path: string, body?: object) =>
  await call(stack, method, path, {
    ip: ipOf((asked += 1)),
    ...(who && { access_token: who.access_token }),
    ...(body && { body }),
  });

/** All twins of a text that differ from it. */
const twinsOf = (text: string) =>
  [...new Set(TWISTS.map((twist) => twist(text)))].filter((twin) => twin !== text);

describe("texts that look alike", () => {
  it("let nobody sign in, reset or register by an address that is like another's", async () => {
    const email = `kaisei.${newId(Date.now())}@example.com`;
    const [owner] = await addAccounts(stack, 1, { email });
    const before = (await stack.mail.waitFor(email, 0)).length;
    const twins = [...twinsOf(email), `${email}.`, email.replace("@", "\uff20"), `"${email}"`];
    const taken: string[] = [];
    for (const twin of twins) {
      const { password } = owner!;
      const login = await as(null, "POST", "/auth/login", { email: twin, password });
      const forgot = await as(null, "POST", "/auth/forgot-password", { email: twin });
      const body = { email: twin, password: "another long password", display_name: "Eve" };
      const registered = await as(null, "POST", "/auth/register", body);
      for (const { status, text } of [login, forgot, registered])
        if (status < 400) taken.push(`${JSON.stringify(twin)}: ${status} ${text}`);
    }
    figure("twins", "addresses like another's", `${taken.length} of ${twins.length} taken`, "0");
    expect(taken).toEqual([]);
    expect((await stack.mail.waitFor(email, 0)).length).toBe(before);
    const { rows } = await stack.database_client.execute(
      "select id from users where email like ?",
      ["%kaisei%"],
    );
    expect(rows).toHaveLength(1);
    expect((await signIn(stack, { ...owner!, email })).access_token).not.toBe("");
  });

  it("are two devices, two apps, two names of items, and never one another's", async () => {
    const matched: string[] = [];
    const items = PAIRS.flat().map((name, n) => ({
      app: `app.${name}`,
      device_id: `device.${name}`,
      started_at: new Date(Date.now() - (n + 1) * 600_000).toISOString(),
      duration_seconds: 60,
    }));
    // Nobody has the minute's requests for both.
    for (const [session, filter, prefix] of [
      [ada, "device_id", "device."],
      [bob, "app", "app."],
    ] as const) {
      expect((await as(session, "POST", "/activities", { items })).status).toBe(200);
      for (const name of new Set(PAIRS.flat())) {
        const query = new URLSearchParams({ [filter]: `${prefix}${name}`, limit: "100" });
        const { body } = await as(session, "GET", `/activities?${query.toString()}`);
        const found = body["data"] as { device_id: string; client_app: string }[];
        const names = found.map((one) => (filter === "app" ? one.client_app : one.device_id));
        const others = names.filter((one) => one !== `${prefix}${name}`);
        if (others.length > 0) matched.push(`${filter} ${name} = ${others.join()}`);
        expect([name, found.length > 0]).toEqual([name, true]);
      }
    }
    figure("twins", "pairs of devices and apps", `${matched.length} of ${PAIRS.length} match`, "0");
    expect(matched).toEqual([]);
  });

  it("are no invite code", async () => {
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const terms = { name: "Ours", visibility: "private", start_date: day, end_date: day };
    const { body: made } = await as(ada, "POST", "/challenges", terms);
    const code = "KASEKASE";
    await stack.database_client.execute("update challenges set invite_code = ? where id = ?", [
      code,
      String(made["id"]),
    ]);
    const twins = twinsOf(code);
    const statuses = new Map<string, number>();
    for (const [n, guesser] of (await addAccounts(stack, Math.ceil(twins.length / 4))).entries()) {
      // Ten wrong ones an hour: each guesser has fewer.
      const session = await signIn(stack, guesser);
      for (const invite_code of twins.slice(4 * n, 4 * n + 4)) {
        const { status } = await as(session, "POST", "/challenges/join", { invite_code });
        statuses.set(invite_code, status);
      }
    }
    const joined = [...statuses].filter(([, status]) => ![404, 422].includes(status));
    figure("twins", "invite codes like another", `${joined.length} of ${twins.length} match`, "0");
    expect(joined).toEqual([]);
    const invite_code = code.toLowerCase();
    expect((await as(bob, "POST", "/challenges/join", { invite_code })).status).toBe(200);
  });

  it("are no token of a mail, of a session or of a phone", async () => {
    const id = newId(Date.now());
    const at = (ms: number) =>
      new Date(Date.now() + ms).toISOString().slice(0, 23).replace("T", " ");
    const row = { id, user_id: bob.id, purpose: "reset", email: bob.email };
    await insertRows(stack.database_client, "email_tokens", [
      { ...row, created_at: at(0), expires_at: at(3_600_000) },
    ]);
    const token = seal(stack.config, "reset", id);
    const spellings = (text: string) => [
      ...twinsOf(text),
      `${text}=`,
      `${text}==`,
      ` ${text}`,
      `${text} `,
      text.toUpperCase(),
      text.toLowerCase(),
      text.replaceAll("-", "+").replaceAll("_", "/"),
      text.replace(".", ".."),
      text.replace(".", "%2e"),
      text.split(".").reverse().join("."),
    ];
    const tries = [
      ...spellings(token).map(
        (one) =>
          [
            "/auth/reset-password",
            { token: one, password: "a rather long password" },
            one === token,
          ] as const,
      ),
      ...spellings(bob.refresh_token).map(
        (one) => ["/auth/refresh", { refresh_token: one }, one === bob.refresh_token] as const,
      ),
    ].filter(([, , isItself]) => !isItself);
    const good: string[] = [];
    for (const [path, body] of tries) {
      const { status } = await as(null, "POST", path, body);
      if (![400, 401, 422].includes(status)) good.push(`${path} ${status} ${JSON.stringify(body)}`);
    }
    figure("twins", "tokens spelled otherwise", `${good.length} of ${tries.length} good`, "0");
    expect(good).toEqual([]);
    const password = "a rather long password";
    expect((await as(null, "POST", "/auth/reset-password", { token, password })).status).toBe(204);
  });
});
