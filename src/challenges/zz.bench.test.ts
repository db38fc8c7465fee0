import { randomUUID } from "node:crypto";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { expect, it } from "vitest";
import { jobContext } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { api, signUp } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { participants } from "./challenges.table.ts";
import { challengeDays } from "../usage/usage.table.ts";
import { users } from "../users/users.table.ts";
import { findUser } from "../users/index.ts";

restoreClockAfterEach();
const N = Number(100_000);
const DAYS = 7;
it("bench", { timeout: 590_000 }, async () => {
  const clock = fixedClock("2026-03-08T12:00:00Z");
  const ada = await signUp();
  const made = await api(ada).post<{ id: string }>("/challenges", { name: "x", start_date: "2026-03-08", end_date: "2026-03-14" });
  const id = made.body.id;
  const ctx = jobContext(env, createExecutionContext(), "bench");
  const db = ctx.db;
  const me = (await findUser(ctx, ada.id))!;
  const zones = ["UTC", "Europe/Paris", "America/New_York", "Asia/Tokyo"];
  let t = Date.now();
  const lap = (what: string) => { console.log("LAP", what, Date.now() - t); t = Date.now(); };
  const ids = Array.from({ length: N }, () => newId(clock.now()));
  for (let from = 0; from < N; from += 5000) {
    const some = ids.slice(from, from + 5000);
    await db.insert(users).values(some.map((uid) => ({ ...me, id: uid, email: `${uid}@x.example`, display_name: `P ${uid.slice(-6)}` })));
    await db.insert(participants).values(some.map((uid, n) => ({ challenge_id: id, user_id: uid, timezone: zones[n % 4]!, day_start_minute: 0, joined_at: clock.now(), left_at: null })));
    for (let d = 0; d < DAYS; d += 1) {
      await db.insert(challengeDays).values(some.map((uid) => ({ challenge_id: id, user_id: uid, date: `2026-03-${String(8 + d).padStart(2, "0")}`, seconds: Math.floor(Math.random() * 20000), reported: true, version: 1 })));
    }
  }
  lap("inserted");
  const stub = () => env.BOARD.get(env.BOARD.idFromName(id));
  await runInDurableObject(stub(), async (_b, s) => { await s.storage.deleteAll(); });
  await evictDurableObject(stub());
  t = Date.now();
  for (;;) {
    const r = await api(ada).get<any>(`/challenges/${id}/leaderboard`);
    if (r.status === 200) { console.log("LAP total", r.body.total, r.body.status); break; }
    await new Promise((r) => setTimeout(r, 200));
  }
  lap("filled");
  await evictDurableObject(stub());
  t = Date.now();
  await api(ada).get<any>(`/challenges/${id}/leaderboard`);
  lap("woken");
  for (let n = 0; n < 200; n += 1) await stub().page({ challenge_id: id, viewer_id: ada.id, limit: 20, after: null, around_me: false });
  lap("200 pages");
  for (let n = 0; n < 500; n += 1) await stub().report({ challenge_id: id, user_id: ids[n * 7]!, display_name: "x", avatar_url: null, version: 10 + n, days: [{ date: "2026-03-08", seconds: n, reported: true }] });
  lap("500 reports");
  await Promise.all(Array.from({ length: 1000 }, (_, n) => stub().report({ challenge_id: id, user_id: ids[n * 3]!, display_name: "x", avatar_url: null, version: 10000 + n, days: [{ date: "2026-03-08", seconds: 5 + n, reported: true }] })));
  lap("1000 reports at once");
  // viewers: seat them directly
  const sockets: WebSocket[] = [];
  let got = 0; let bytes = 0;
  for (let n = 0; n < 2000; n += 1) {
    const seat = { challenge_id: id, user_id: n % 2 ? ids[n]! : randomUUID(), session_id: randomUUID(), expires_at: clock.now() + 1e6 };
    const r = await stub().fetch("https://board/live", { headers: { upgrade: "websocket", "x-seat": JSON.stringify(seat) } });
    const ws = r.webSocket!; ws.accept(); ws.addEventListener("message", (e) => { got += 1; bytes += String(e.data).length; }); sockets.push(ws);
  }
  lap("2000 viewers");
  await new Promise((r) => setTimeout(r, 500));
  console.log("LAP got", got, bytes); got = 0; bytes = 0; t = Date.now();
  for (let n = 0; n < 100; n += 1) await stub().report({ challenge_id: id, user_id: ids[n]!, display_name: "x", avatar_url: null, version: 20000 + n, days: [{ date: "2026-03-08", seconds: n % 3, reported: true }] });
  lap("100 reports with 2000 viewers");
  await new Promise((r) => setTimeout(r, 1500));
  console.log("LAP got", got, bytes);
  await runInDurableObject(stub(), async (b: any, s) => {
    const from = Date.now();
    for (let n = 0; n < 10; n += 1) b.live_publish?.();
    console.log("LAP mem", Date.now() - from, s.storage.sql.databaseSize);
  });
  for (const s of sockets) s.close();
  t = Date.now();
  clock.set("2026-03-09T12:00:00Z");
  let runs = 0;
  for (;;) {
    await runDurableObjectAlarm(stub()); runs += 1;
    const left = await runInDurableObject(stub(), (_b, s) => (s.storage.sql.exec("SELECT min(next_at) AS m FROM groups").one() as any).m as number);
    if (left > clock.now() || runs > 400) break;
  }
  lap(`day turn, ${runs} alarms`);
  clock.set("2026-03-20T12:00:00Z");
  runs = 0;
  for (;;) {
    await runDurableObjectAlarm(stub()); runs += 1;
    const p = await stub().page({ challenge_id: id, viewer_id: ada.id, limit: 1, after: null, around_me: false });
    if (typeof p !== "string" && p.status === "final" || runs > 1000) break;
  }
  lap(`final, ${runs} alarms`);
  runs = 0;
  for (;;) { await runDurableObjectAlarm(stub()); runs += 1;
    const q = await runInDurableObject(stub(), (_b, s) => s.storage.kv.get<number>("mails_queued") ?? 0);
    if (q > N || runs > 1000) { console.log("LAP mails", q); break; } }
  lap(`mails, ${runs}`);
  expect(1).toBe(2);
});
