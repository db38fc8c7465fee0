import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { api, signUp } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { flush, insta } from "../testing/usage.ts";
import { rowsIn } from "../testing/database.ts";
import { userStub } from "../testing/objects.ts";

restoreClockAfterEach();

type Today = { total_seconds: number };
type Page = { data: { id: string; app: string; started_at: string }[]; next_cursor: string | null };

describe("what was acknowledged", () => {
  it("survives the eviction of its object and reaches MySQL as the counters say", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    await api(ada).post("/activities", {
      items: [insta("2026-03-10T10:00:00Z", 60), insta("2026-03-10T10:00:30Z", 60)],
    });
    await evictDurableObject(userStub(ada));
    expect((await api(ada).get<Today>("/activities/today")).body.total_seconds).toBe(90);
    await flush(ada, clock);
    const daily = await rowsIn<{ scope: string; name: string; seconds: number }>(
      "select scope, name, seconds from daily_usage where user_id = ? order by scope, name",
      ada.id,
    );
    expect(daily).toEqual([
      { scope: "total", name: "", seconds: 90 },
      { scope: "category", name: "social", seconds: 90 },
      { scope: "app", name: "instagram", seconds: 90 },
      { scope: "device", name: "", seconds: 90 },
    ]);
    expect(await rowsIn("select id from activities where user_id = ?", ada.id)).toHaveLength(2);
  });

  it("stands in the history before it stands in MySQL, and is never listed twice", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const send = async (n: number) =>
      await api(ada).post(
        "/activities",
        insta(`2026-03-10T0${n}:00:00Z`, 60, { device_id: `d${n % 2}` }),
      );
    for (const n of [1, 2, 3]) await send(n);
    await flush(ada, clock);
    for (const n of [4, 5]) await send(n);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Page = (
        await api(ada).get<Page>(`/activities?limit=2${cursor && `&cursor=${cursor}`}`)
      ).body;
      seen.push(...page.data.map((row) => row.started_at.slice(11, 13)));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(["05", "04", "03", "02", "01"]);
    // More than a page waits: the newest come first all the same.
    const many = Array.from({ length: 300 }, (_, n) =>
      insta(new Date(Date.parse("2026-03-09T00:00:00Z") + n * 60_000).toISOString(), 30),
    );
    await api(ada).post("/activities", { items: many });
    const newest = await api(ada).get<Page>("/activities?limit=7");
    expect(newest.body.data.map((row) => row.started_at.slice(8, 13))).toEqual([
      "10T05",
      "10T04",
      "10T03",
      "10T02",
      "10T01",
      "09T04",
      "09T04",
    ]);
    const filtered = await api(ada).get<Page>("/activities?device_id=d0&app=com.instagram.android");
    expect(filtered.body.data).toHaveLength(2);
    for (const key of [[9e15, "x"], [0, "é"], [1, 2], {}]) {
      const forged = Buffer.from(JSON.stringify(key)).toString("base64url");
      expect((await api(ada).get(`/activities?cursor=${forged}`)).status).toBe(400);
    }
    expect((await api(ada).get("/activities?cursor=nonsense")).body).toMatchObject({
      code: "malformed_cursor",
    });
  });
});
