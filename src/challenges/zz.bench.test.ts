import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newId } from "../platform/ids.ts";
import { api, signUp } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
restoreClockAfterEach();
const N = 100_000;
it("bench", { timeout: 590_000 }, async () => {
  const clock = fixedClock("2026-03-08T12:00:00Z");
  const ada = await signUp();
  const made = await api(ada).post<{ id: string }>("/challenges", { name: "x", start_date: "2026-03-08", end_date: "2026-03-14" });
  const id = made.body.id;
  const stub = env.BOARD.get(env.BOARD.idFromName(id));
  const ids = Array.from({ length: N }, () => newId(clock.now()));
  await api(ada).get(`/challenges/${id}/leaderboard`);
  await runInDurableObject(stub, async (board: any, s) => {
    const now = () => Number(process.hrtime.bigint()) / 1e6;
    let t = now();
    const lap = (what: string, n: number) => { console.log("LAP", what, ((now() - t) * 1000 / n).toFixed(1), "us each"); t = now(); };
    s.storage.transactionSync(() => {
      for (const uid of ids) {
        s.storage.sql.exec("INSERT INTO people VALUES (?, ?, NULL, 0, 1, 1)", uid, "P " + uid.slice(-6));
        s.storage.sql.exec("INSERT INTO scores VALUES (?, ?, 1, 1, 1)", uid, Math.floor(Math.random() * 80000));
        for (let d = 0; d < 7; d += 1) s.storage.sql.exec("INSERT INTO days VALUES (?, ?, ?, 1, 1)", uid, `2026-03-${String(8 + d).padStart(2, "0")}`, Math.floor(Math.random() * 20000));
      }
    });
    lap("insert", N * 9);
    for (let n = 0; n < 20000; n += 1) s.storage.sql.exec("SELECT * FROM people WHERE user_id = ?", ids[n * 5]).toArray();
    lap("select person", 20000);
    for (let n = 0; n < 20000; n += 1) s.storage.sql.exec("SELECT date, seconds, reported FROM days WHERE user_id = ?", ids[n * 5]).toArray();
    lap("select days", 20000);
    for (let n = 0; n < 20000; n += 1) [...s.storage.sql.exec("SELECT date, seconds, reported FROM days WHERE user_id = ?", ids[n * 5]).raw()];
    lap("select days raw", 20000);
    for (let n = 0; n < 20000; n += 1) s.storage.kv.get("challenge");
    lap("kv get", 20000);
    const page = { challenge_id: id, viewer_id: ada.id, limit: 20, after: null, around_me: false };
    for (let n = 0; n < 1000; n += 1) await board.page(page);
    lap("page", 1000);
    for (let n = 0; n < 5000; n += 1) await board.report({ challenge_id: id, user_id: ids[n * 7], display_name: "x", avatar_url: null, version: 10 + n, days: [{ date: "2026-03-08", seconds: n, reported: true }] });
    lap("report", 5000);
    for (let n = 0; n < 5000; n += 1) await board.report({ challenge_id: id, user_id: ids[n * 7], display_name: "x", avatar_url: null, version: 10000 + n, days: [{ date: "2026-03-08", seconds: n + 9, reported: true }] });
    lap("report again", 5000);
  });
  let t = Date.now();
  for (let n = 0; n < 300; n += 1) await stub.report({ challenge_id: id, user_id: ids[n * 7]!, display_name: "x", avatar_url: null, version: 100000 + n, days: [{ date: "2026-03-08", seconds: n, reported: true }] });
  console.log("LAP rpc report ms", (Date.now() - t) / 300);
  t = Date.now();
  for (let n = 0; n < 300; n += 1) await stub.page({ challenge_id: id, viewer_id: ada.id, limit: 20, after: null, around_me: false });
  console.log("LAP rpc page ms", (Date.now() - t) / 300);
  expect(1).toBe(2);
});
