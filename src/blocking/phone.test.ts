import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS, SECOND_MS } from "../platform/time/instant.ts";
import { api, call, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { OfflinePhone, type PhoneApp, type WirePolicy } from "../testing/offline-phone.ts";
import { PhoneCatalogue, type WireApp } from "../testing/phone-catalogue.ts";

restoreClockAfterEach();

type Clock = ReturnType<typeof fixedClock>;
type Decisions = {
  decisions: {
    target: { kind: "app" | "category"; id: string };
    state: string;
    remaining_seconds: number | null;
  }[];
};
/** A life to be led twice: where, from when, and in which seconds each app is wanted. */
type Life = { timezone: string; day_start_minute: number; from: number; wanted: Seconds };
/** Says of each app and second of a life, counted from its start, yes or no. */
type Seconds = Map<PhoneApp, Uint8Array>;
/** What of an app's use is to be reported, in UTC ms. */
type Use = { app: PhoneApp; from: number; until: number };

const LENGTH = 50 * 3_600;
/** The person's rules are as old as this when the phones begin, and something was used. */
const BEFORE_MS = 3 * HOUR_MS;
const ASKED_EVERY = 1_500;
const TOKEN_LASTS = 29 * 60;
/** By the ids that an Android phone has, and categories as it guesses them. */
const INSTAGRAM: PhoneApp = { id: "com.instagram.android", category: "games" };
const SNAPCHAT: PhoneApp = { id: "com.snapchat.android", category: "other" };
const TIKTOK: PhoneApp = { id: "com.zhiliaoapp.musically", category: "social" };
const UNHEARD_OF: PhoneApp = { id: "com.example.unheard", category: "games" };
const READ_ME: PhoneApp = { id: "com.example.read", category: "news" };
/** How decisions name them: an online phone's developer looked it up. */
const NAMES = new Map<PhoneApp, { app: string; category: string }>([
  [INSTAGRAM, { app: "instagram", category: "social" }],
  [SNAPCHAT, { app: "snapchat", category: "social" }],
  [TIKTOK, { app: "tiktok", category: "video" }],
  [UNHEARD_OF, { app: "com.example.unheard", category: "games" }],
  [READ_ME, { app: "com.example.read", category: "news" }],
]);
const APPS = [...NAMES.keys()];

const noSeconds = (): Seconds => new Map(APPS.map((app) => [app, new Uint8Array(LENGTH)]));
const isSet = (seconds: Seconds, app: PhoneApp, second: number) => seconds.get(app)?.[second] === 1;

const everyDay = [1, 2, 3, 4, 5, 6, 7];
/** Made on the owner's iPhone, or in a browser: the ids are not those of the phone that blocks. */
const RULES = [
  {
    name: "social, with tiktok on the same budget",
    apps: ["com.ss.iphone.ugc.Ame"],
    categories: ["social"],
    daily_limit_seconds: 5_000,
    weekday_limits: { "6": 3_333, "7": 2_222 },
    strict: true,
  },
  {
    name: "nights, over whatever the clock does",
    apps: ["com.burbn.instagram"],
    schedule: [
      { days: [5, 6, 7], start: "22:30", end: "02:10" },
      { days: [7], start: "02:15", end: "03:05" },
    ],
    daily_limit_seconds: 4_000,
  },
  { name: "no games on Sundays", categories: ["games"], weekday_limits: { "7": 0 } },
  {
    name: "work, until it is gone",
    apps: ["com.toyopagroup.picaboo"],
    schedule: [{ days: everyDay, start: "08:00", end: "18:00" }],
    strict: true,
  },
  { name: "video, until it is off", categories: ["video"], daily_limit_seconds: 600, strict: true },
  { name: "elsewhere from then on", apps: [READ_ME.id], daily_limit_seconds: 0, strict: true },
];
/** What loosens them meanwhile, and waits for the next own day. */
const LATER = [
  { daily_limit_seconds: 6_000, weekday_limits: { "7": 3_210 }, apps: [] },
  undefined,
  undefined,
  null,
  { is_active: false },
  { apps: ["tiktok.com"], daily_limit_seconds: 2_500, schedule: windowsOf("12:00", "13:00") },
];

function windowsOf(start: string, end: string) {
  return [{ days: everyDay, start, end }];
}

/** Sessions at all hours, of some seconds to over an hour, now and then in two apps at once. */
function lifeOf(timezone: string, day_start_minute: number, start: string, seed: number): Life {
  const anySession = fc.tuple(
    fc.constantFrom(...APPS),
    fc.nat(LENGTH - 1),
    fc.oneof(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 900, max: 4_000 })),
  );
  const [sessions = []] = fc.sample(fc.array(anySession, { minLength: 40, maxLength: 40 }), {
    seed,
    numRuns: 1,
  });
  const wanted = noSeconds();
  for (const [app, from, length] of sessions) wanted.get(app)?.fill(1, from, from + length);
  return { timezone, day_start_minute, from: Date.parse(start), wanted };
}

/** A user with these rules and what waits of them, and some use, at the life's start. */
async function settle(life: Life, clock: Clock): Promise<TestUser> {
  clock.set(life.from - BEFORE_MS);
  const user = await signUp({ timezone: life.timezone });
  await api(user).put("/users/me", { day_start_minute: life.day_start_minute });
  for (const [n, rule] of RULES.entries()) {
    const made = await api(user).post<{ id: string }>("/blocked", rule);
    const change = LATER[n];
    const path = `/blocked/${made.body.id}`;
    if (change === undefined) continue;
    const { status } = change ? await api(user).put(path, change) : await api(user).delete(path);
    expect(status).toBe(202);
  }
  clock.set(life.from);
  await renew(user);
  const from = life.from - HOUR_MS;
  await report(user, [{ app: INSTAGRAM, from, until: from + 700 * SECOND_MS }]);
  return user;
}

async function renew(user: TestUser): Promise<void> {
  const { refresh_token } = user;
  const { status, body } = await call<Partial<TestUser>>("POST", "/auth/refresh", {
    refresh_token,
  });
  if (status !== 200) throw new Error(`refresh answered ${status}`);
  Object.assign(user, body);
}

async function report(user: TestUser, uses: readonly Use[]): Promise<void> {
  if (uses.length === 0) return;
  const items = uses.map(({ app, from, until }) => ({
    app: app.id,
    category: app.category,
    started_at: new Date(from),
    ended_at: new Date(until),
  }));
  const { body } = await api(user).post<{ receipts: { status: string }[] }>("/activities", {
    items,
  });
  expect(body.receipts.every(({ status }) => status === "accepted")).toBe(true);
}

/** Asks only when its copy has run out, and reports only then; gives how often it asked as well. */
async function liveOffline(life: Life, clock: Clock): Promise<{ blocked: Seconds; asked: number }> {
  const user = await settle(life, clock);
  const catalogue = new PhoneCatalogue((await call<{ apps: WireApp[] }>("GET", "/catalogue")).body);
  const blocked = noSeconds();
  let unreported: Use[] = [];
  let phone: OfflinePhone | null = null;
  let asked = 0;
  for (let second = 0; second < LENGTH; second += 1) {
    const instant = life.from + second * SECOND_MS;
    if (phone === null || instant >= phone.validUntil) {
      clock.set(instant);
      if (phone !== null) await renew(user);
      await report(user, unreported);
      unreported = [];
      const { body } = await api(user).get<WirePolicy>("/blocked/decisions");
      phone = new OfflinePhone(body, catalogue);
      asked += 1;
    }
    const isWanted = (app: PhoneApp) => isSet(life.wanted, app, second);
    const now = phone.live(instant, APPS, isWanted);
    for (const app of APPS) {
      if (now.has(app.id)) blocked.get(app)?.fill(1, second, second + 1);
      else if (isWanted(app)) unreported = withSecond(unreported, app, instant);
    }
  }
  return { blocked, asked };
}

/** Adds a second of use to what is to be reported: to the use it goes on, or as a new one. */
function withSecond(uses: Use[], app: PhoneApp, from: number): Use[] {
  const until = from + SECOND_MS;
  const going = uses.find((use) => use.app === app && use.until === from);
  if (going === undefined) return [...uses, { app, from, until }];
  going.until = until;
  return uses;
}

/** Asks again and again, and reports before it asks; knows nothing but what it was told last. */
async function liveOnline(life: Life, clock: Clock): Promise<Seconds> {
  const user = await settle(life, clock);
  const blocked = noSeconds();
  const moments = momentsOf(life);
  let renewed = 0;
  for (let second = 0, exactAt = 0; second < LENGTH;) {
    clock.set(life.from + second * SECOND_MS);
    const { decisions } = (await api(user).get<Decisions>("/blocked/decisions")).body;
    const decisionsOn = (app: PhoneApp) =>
      decisions.filter(({ target: { kind, id } }) => NAMES.get(app)?.[kind] === id);
    const isBlocked = (app: PhoneApp) => decisionsOn(app).some(({ state }) => state === "blocked");
    const inUse = APPS.filter((app) => isSet(life.wanted, app, second) && !isBlocked(app));
    const left = inUse
      .flatMap(decisionsOn)
      .map(({ remaining_seconds }) => remaining_seconds ?? Infinity);
    const runsOut = second + Math.min(Infinity, ...left);
    const planned = moments.find((moment) => moment > second) ?? LENGTH;
    const next = Math.min(planned, runsOut, LENGTH);
    if (next - renewed > TOKEN_LASTS) {
      await renew(user);
      renewed = second;
    }
    for (const app of APPS) {
      const wasBlocked = second > 0 && isSet(blocked, app, second - 1);
      // A change is known to the second only where it was asked the second before, or use ran out.
      if (second > 0 && wasBlocked !== isBlocked(app)) expect(second, app.id).toBe(exactAt);
      if (isBlocked(app)) blocked.get(app)?.fill(1, second, next);
    }
    exactAt = next === runsOut || next === second + 1 ? next : -1;
    clock.set(life.from + next * SECOND_MS);
    const [from, until] = [second, next].map((n) => life.from + n * SECOND_MS);
    if (from !== undefined && until !== undefined)
      await report(
        user,
        inUse.map((app) => ({ app, from, until })),
      );
    second = next;
  }
  return blocked;
}

/**
 * When something may have changed: whenever the wall clock reads a time that a rule or the day start
 * names, or jumps, and the second before; where sessions begin and end; and every few minutes besides.
 */
function momentsOf({ timezone, day_start_minute, from, wanted }: Life): number[] {
  const times = new Set([day_start_minute]);
  for (const rule of [...RULES, ...LATER]) {
    const schedule = rule && "schedule" in rule ? rule.schedule : undefined;
    for (const { start, end } of schedule ?? []) times.add(minuteOf(start)).add(minuteOf(end));
  }
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: timezone, timeStyle: "short" });
  const reading = (second: number) => minuteOf(format.format(from + second * SECOND_MS));
  const moments = new Set<number>();
  for (let second = 0; second < LENGTH; second += 1) {
    const isEdge = APPS.some(
      (app) => second > 0 && isSet(wanted, app, second) !== isSet(wanted, app, second - 1),
    );
    if (isEdge || second % ASKED_EVERY === 0) moments.add(second);
    if (second % 60 !== 0) continue;
    const hasJumped = reading(second) !== (reading(second - 60) + 1) % 1_440;
    if (hasJumped || times.has(reading(second))) moments.add(second - 1).add(second);
  }
  return [...moments].sort((a, b) => a - b);
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

const freshSeed = fc.sample(fc.noBias(fc.nat()), 1)[0] ?? 0;

describe("a phone that asks only when its copy has run out", () => {
  it.each([
    // Spring forward on Sunday 2026-03-29, 02:00 to 03:00: the day start and a window are skipped.
    ["Europe/Paris", 150, "2026-03-28T11:00:00Z", 1],
    ["Europe/Paris", 0, "2026-10-24T10:00:00Z", 2],
    ["Europe/Paris", 240, "2026-10-24T10:00:00Z", freshSeed],
    // Half an hour: back on 2026-04-05, forward on 2026-10-04, both Sundays at 02:00.
    ["Australia/Lord_Howe", 120, "2026-04-04T02:00:00Z", 3],
    ["Australia/Lord_Howe", 0, "2026-10-03T02:00:00Z", freshSeed],
  ])(
    "blocks at the same seconds as one that is always online: %s, day start %i, 50 h from %s (seed %i)",
    async (timezone, day_start_minute, start, seed) => {
      const life = lifeOf(timezone, day_start_minute, start, seed);
      const clock = fixedClock(life.from);
      const offline = await liveOffline(life, clock);
      expect(offline.asked, "how often the offline phone asked").toBeLessThanOrEqual(3);
      const online = await liveOnline(life, clock);
      for (const app of APPS) {
        const told = online.get(app) ?? new Uint8Array();
        const blocked = told.reduce((sum, value) => sum + value, 0);
        expect(blocked, `${app.id} is blocked at times`).toBeGreaterThan(0);
        expect(blocked, `${app.id} is free at times`).toBeLessThan(LENGTH);
        const differing = told.findIndex(
          (value, second) => value !== offline.blocked.get(app)?.[second],
        );
        const instant = new Date(life.from + differing * SECOND_MS).toISOString();
        expect(differing, `${app.id} differs first at ${instant}`).toBe(-1);
      }
    },
    120_000,
  );
});
