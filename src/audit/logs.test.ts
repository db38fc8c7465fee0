import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { jobContext } from "../platform/context.ts";
import { formatInstant } from "../platform/time/instant.ts";
import { api, signUp, type TestUser } from "../testing/api.ts";
import { signUpAdmin } from "../testing/admins.ts";
import { addLogs, emptyAudit, logAt } from "../testing/audit.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { until } from "../testing/until.ts";
import { auditLogs } from "./audit.table.ts";
import type { LogRow } from "./entry.ts";

restoreClockAfterEach();

type Log = Omit<LogRow, "created_at" | "personal"> & { created_at: string };
type Page = { data: Log[]; next_cursor: string | null };

/** Long after every other test, so that these acts are the newest. */
const DAY = "2031-05-06";
const at = (time: string) => Date.parse(`${DAY}T${time}Z`);
const [ADA, BOB] = ["01957f00-0000-7000-8000-00000000000a", "01957f00-0000-7000-8000-00000000000b"];

const rows = [
  logAt(at("00:00:00"), "auth.logged_in", { user_id: ADA, actor_id: ADA, ip: "192.0.2.7" }),
  logAt(at("08:00:00"), "auth.login_failed", {
    user_id: ADA,
    ip: "2001:db8::7",
    context: { why: "wrong password" },
  }),
  logAt(at("12:00:00"), "users.changed", {
    user_id: ADA,
    actor_id: BOB,
    request_id: "a-request-of-bobs",
    context: { fields: ["display_name"] },
    personal: { display_name: "Ada" },
  }),
  logAt(at("23:59:59.999"), "auth.token_reused", { user_id: BOB, user_agent: "a phone" }),
];
const [signedIn, failed, changed, reused] = rows.map(({ id }) => id);

let admin: TestUser;
beforeAll(async () => {
  await emptyAudit();
  admin = await signUpAdmin();
  await addLogs(rows);
});

/** The ids of those of our acts that a search finds. */
async function found(query: string): Promise<string[]> {
  const { status, body } = await api(admin).get<Page>(`/admin/logs?limit=100&${query}`);
  expect(status, query).toBe(200);
  return body.data.map(({ id }) => id).filter((id) => rows.some((row) => row.id === id));
}

describe("the log", () => {
  it("shows an act with all that was written down, what is personal in its context", async () => {
    const { body } = await api(admin).get<Page>("/admin/logs?q=a-request-of-bobs");
    expect(body).toEqual({
      data: [
        {
          id: changed,
          level: "info",
          action: "users.changed",
          user_id: ADA,
          actor_id: BOB,
          ip: null,
          user_agent: null,
          request_id: "a-request-of-bobs",
          context: { fields: ["display_name"], display_name: "Ada" },
          created_at: "2031-05-06T12:00:00.000Z",
        },
      ],
      next_cursor: null,
    });
  });

  it.each([
    ["", [reused, changed, failed, signedIn]],
    ["level=warning", [failed]],
    ["action=users.changed", [changed]],
    ["action=users.changed&level=error", []],
    [`user_id=${ADA}`, [changed, failed, signedIn]],
    [`user_id=${BOB}`, [reused, changed]],
    [`user_id=${BOB}&level=error`, [reused]],
    [`q=${BOB}`, [reused, changed]],
    [`q=${BOB}&user_id=${ADA}`, [changed]],
    ["q=192.0.2.7", [signedIn]],
    ["q=2001:DB8:0::7", [failed]],
    ["q=auth.", [reused, failed, signedIn]],
    ["q=log&level=info", [signedIn]],
    ["q=nobody@example.com", []],
    [`from=${DAY}&to=${DAY}`, [reused, changed, failed, signedIn]],
    ["from=2031-05-07", []],
    ["to=2031-05-05", []],
    [`from=${DAY}T08:00:00Z&to=${DAY}T12:00:00Z`, [changed, failed]],
    [`from=${DAY}T10:00:00%2B02:00&to=${DAY}T11:59:59.999Z`, [failed]],
    [`user_id=${ADA}&from=${DAY}T12:00:00Z`, [changed]],
  ])("finds by %s", async (query, ids) => expect(await found(query)).toEqual(ids));

  it("is given page by page, newest first, nothing twice and nothing left out", async () => {
    for (const filter of ["", "q=auth.", `q=${ADA}`]) {
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const more: string = cursor === "" ? "" : `&cursor=${cursor}`;
        const { body }: { body: Page } = await api(admin).get<Page>(
          `/admin/logs?limit=1&from=${DAY}&${filter}${more}`,
        );
        seen.push(...body.data.map(({ id }) => id));
        cursor = body.next_cursor;
      }
      expect(seen).toEqual(await found(filter));
    }
  });

  it.each([
    "level=grave",
    "action=auth.unheard_of",
    "user_id=ada",
    "from=yesterday",
    "to=2031-02-30",
    "from=2031-05-06T08:00:00",
    "limit=101",
  ])("does not take %s", async (query) => {
    expect(await api(admin).get(`/admin/logs?${query}`)).toMatchObject({
      status: 422,
      body: { code: "invalid_fields" },
    });
  });

  it("refuses a cursor that it never gave", async () => {
    expect(await api(admin).get("/admin/logs?cursor=WyJ4Il0")).toMatchObject({
      status: 400,
      body: { code: "malformed_cursor" },
    });
  });

  it.each(["filters", "e", "0", "null"])(
    "tells of a look at %s, who is no person, as one at nobody",
    async (no_id) => {
      const { body } = await api(admin).get<{ request_id: string }>(`/admin/users/${no_id}?x=1`);
      const { db } = jobContext(env, createExecutionContext(), "test");
      const [row] = await until("the act", async () => {
        const about = eq(auditLogs.request_id, body.request_id);
        const acts = await db.select().from(auditLogs).where(about);
        return acts.length > 0 ? acts : null;
      });
      expect(row).toMatchObject({ action: "admin.failed", actor_id: admin.id, user_id: null });
      expect(row?.context).toMatchObject({ route: "/api/admin/users/:id", filters: ["x"] });
    },
  );

  it("is closed to everybody else, and both a look and a refusal stand in it", async () => {
    const clock = fixedClock(Date.now() + 60_000);
    const from = formatInstant(clock.now());
    const eve = await signUp();
    expect((await api(eve).get("/admin/logs")).status).toBe(403);
    await api(admin).get("/admin/logs?q=192.0.2.7");
    const acts = await until("both acts", async () => {
      clock.advance(1_000);
      const { body } = await api(admin).get<Page>(
        `/admin/logs?q=admin.&from=${from}&to=2031-01-01&limit=100`,
      );
      const names = body.data.map(({ action, actor_id }) => `${action} ${actor_id}`);
      const has =
        names.includes(`admin.refused ${eve.id}`) && names.includes(`admin.read ${admin.id}`);
      return has ? body.data : null;
    });
    // What was searched for may be somebody's address.
    expect(JSON.stringify(acts)).not.toContain("192.0.2.7");
  });
});
