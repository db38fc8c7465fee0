import { expect, it } from "vitest";
import { rowsIn } from "../audit/part.ts";
import { signUpAdmin } from "../testing/admins.ts";
import { addLogs, logAt, partNames, partText } from "../testing/audit.ts";
import { api, call, signIn, signUp } from "../testing/api.ts";
import { makeChallenge, ring, seenBy } from "../testing/challenges.ts";
import { restoreClockAfterEach } from "../testing/clock.ts";
import { closeSocketsAfterEach, listen } from "../testing/own-socket.ts";
import { until } from "../testing/until.ts";

restoreClockAfterEach();
closeSocketsAfterEach();

type Account = { id: string; display_name: string; is_active: boolean };

type Log = { action: string; actor_id: string | null; context: Record<string, unknown> };

it("an administrator's day", async () => {
  const admin = await signUpAdmin();
  const surname = `Öz${crypto.randomUUID().slice(0, 8)}`;
  const troll = await signUp({ display_name: `Müge ${surname}-Demir` });
  const friend = await signUp({ display_name: "Friend" });
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const dates = { start_date: day(1), end_date: day(2) };
  const { id } = await makeChallenge(troll, { name: "Mean words", ...dates }, [friend]);
  const phone = await listen(troll);
  /** What the log tells of somebody, newest first. */
  const trailOf = async (user_id: string) =>
    (await api(admin).get<{ data: Log[] }>(`/admin/logs?user_id=${user_id}&limit=100`)).body.data;

  // A complaint names somebody by a part of the name: who is that?
  const part = surname.toLowerCase().replace("ö", "o").slice(1);
  const found = await api(admin).get<{ data: Account[] }>(`/admin/users?q=${part}`);
  expect(found.body.data).toMatchObject([{ id: troll.id, is_active: true }]);

  // Off with them: signed out on every device, and no way back in.
  const off = await api(admin).patch<Account>(`/admin/users/${troll.id}/deactivate`);
  expect(off).toMatchObject({ status: 200, body: { is_active: false } });
  await until("the socket's end", async () => phone.closed === 4403);
  expect((await call("POST", "/auth/login", troll)).status).not.toBe(200);
  const { email, password } = troll;
  expect((await call("POST", "/auth/login", { email, password })).body).toMatchObject({
    code: "account_disabled",
  });

  // What has happened to this account?
  expect((await api(admin).get(`/admin/users/${troll.id}`)).status).toBe(200);
  const trail = await until("the look in the trail", async () => {
    const logs = await trailOf(troll.id);
    return logs.some(({ action }) => action === "admin.read") ? logs : null;
  });
  expect(trail.map(({ action }) => action)).toContain("auth.registered");
  expect(trail.find(({ action }) => action === "admin.user_deactivated")).toMatchObject({
    actor_id: admin.id,
  });

  // It was a misunderstanding; only the challenge has to go.
  expect((await api(admin).patch(`/admin/users/${troll.id}/activate`)).status).toBe(200);
  const back = { ...troll, ...(await signIn(troll)) };
  const listed = await api(admin).get<{ data: { id: string }[] }>(
    "/admin/challenges?q=mean%20words",
  );
  expect(listed.body.data.map((one) => one.id)).toContain(id);
  expect((await api(admin).delete(`/admin/challenges/${id}`)).status).toBe(204);
  await ring(id);
  for (const user of [back, friend]) {
    expect((await seenBy(user, id)).body.status).toBe("cancelled");
  }
  const after = (await trailOf(troll.id)).map(({ action }) => action);
  for (const action of ["admin.user_activated", "admin.challenge_deleted"]) {
    expect(after).toContain(action);
  }

  // How is it all going?
  const today = day(0);
  const growth = await api(admin).get<{ periods: { registered: number; total: number }[] }>(
    `/admin/stats/users-growth?from=${today}&to=${today}`,
  );
  expect(growth.body.periods[0]?.registered).toBeGreaterThanOrEqual(3);
  expect((await api(admin).get("/admin/stats/app-usage")).status).toBe(200);
  expect((await api(admin).get("/admin/stats/overview")).body).toMatchObject({
    challenges: { cancelled: expect.any(Number) },
  });

  // What is long over leaves the database, and is still there to be read.
  const old = logAt(Date.now() - 120 * 86_400_000, "auth.logged_in", { user_id: troll.id });
  await addLogs([old]);
  expect((await trailOf(troll.id)).length).toBeGreaterThan(after.length);
  // A call works for a while only, oldest first, and other tests have left older ones.
  let deleted = 0;
  for (let remaining = true; remaining;) {
    const { status, body } = await api(admin).delete<{ deleted: number; remaining: boolean }>(
      "/admin/logs/cleanup?older_than_days=90",
    );
    expect(status).toBe(200);
    ({ remaining } = body);
    deleted += body.deleted;
  }
  expect(deleted).toBeGreaterThanOrEqual(1);
  const archived = await Promise.all((await partNames()).map(async (name) => await partText(name)));
  expect(archived.flatMap(rowsIn)).toContainEqual(old);
  const log = await api(admin).get<{ data: Log[] }>("/admin/logs?action=audit.cleaned_up");
  expect(log.body.data[0]).toMatchObject({ actor_id: admin.id });
}, 60_000);
