import { expect, it } from "vitest";
import { auditOf, signUpAdmin } from "../testing/admins.ts";
import { api, call, signIn, signUp } from "../testing/api.ts";
import { makeChallenge, ring, seenBy } from "../testing/challenges.ts";
import { restoreClockAfterEach } from "../testing/clock.ts";
import { closeSocketsAfterEach, listen } from "../testing/own-socket.ts";
import { until } from "../testing/until.ts";

restoreClockAfterEach();
closeSocketsAfterEach();

type Account = { id: string; display_name: string; is_active: boolean };

/** Somebody's trail, oldest first. */
const trailOf = async (user_id: string) => (await auditOf(user_id)).map(({ action }) => action);

it("an administrator's day", async () => {
  const admin = await signUpAdmin();
  const surname = `Öz${crypto.randomUUID().slice(0, 8)}`;
  const troll = await signUp({ display_name: `Müge ${surname}-Demir` });
  const friend = await signUp({ display_name: "Friend" });
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const dates = { start_date: day(1), end_date: day(2) };
  const { id } = await makeChallenge(troll, { name: "Mean words", ...dates }, [friend]);
  const phone = await listen(troll);

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
    const actions = await trailOf(troll.id);
    return actions.includes("admin.read") ? actions : null;
  });
  expect(trail).toContain("admin.user_deactivated");

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
  const after = await trailOf(troll.id);
  for (const action of ["admin.user_activated", "admin.challenge_deleted"]) {
    expect(after).toContain(action);
  }
});
