import { describe, expect, it } from "vitest";
import { change, codeOf, remove, turn } from "../testing/admin-acts.ts";
import { activeAdmins, grantAdmin, signUpAdmin, twoAdminsBeforeEach } from "../testing/admins.ts";
import { api, signUp, type TestUser } from "../testing/api.ts";

let root: TestUser;
/** Another administrator, so that nobody is the last one unless a test says so. */
let other: TestUser;
twoAdminsBeforeEach((one, two) => {
  [root, other] = [one, two];
});

describe("the administrators' own powers", () => {
  const acts = {
    demote: async (by: TestUser, id: string) => await change(by, id, { role: "user" }),
    "switch off by PUT": async (by: TestUser, id: string) =>
      await change(by, id, { is_active: false }),
    deactivate: async (by: TestUser, id: string) => await turn(by, id, "deactivate"),
    delete: async (by: TestUser, id: string) => await remove(by, id),
  };
  const rows = Object.entries(acts).map(([what, act]) => ({ what, act }));

  it.each(rows)("are nobody's own to take: $what", async ({ act }) => {
    expect(codeOf(await act(root, root.id))).toEqual([409, "not_oneself"]);
    expect(await activeAdmins()).toContain(root.id);
  });

  it("are nobody's own to give by switching on", async () => {
    expect(codeOf(await turn(root, root.id, "activate"))).toEqual([409, "not_oneself"]);
  });

  it.each(rows)("stay with the last of them: $what", async ({ act }) => {
    expect((await turn(root, other.id, "deactivate")).status).toBe(200);
    expect(codeOf(await act(root, root.id))).toEqual([409, "last_admin"]);
    expect(await activeAdmins()).toEqual([root.id]);
    expect((await api(root).get("/admin/users?limit=1")).status).toBe(200);
  });

  it.each(rows)("never end with two who take each other's at once: $what", async ({ act }) => {
    for (let rounds = 0; rounds < 3; rounds += 1) {
      const [one, two] = [root, other];
      const answers = await Promise.all([act(one, two.id), act(two, one.id)]);
      const statuses = answers.map(({ status }) => status);
      const done = statuses.filter((status) => status < 300);
      // The second finds itself the last one's attacker, without powers, or without a session.
      expect(done, statuses.join()).toHaveLength(1);
      for (const status of statuses) expect([200, 204, 401, 403, 409]).toContain(status);
      expect(await activeAdmins()).toHaveLength(1);
      root = (await activeAdmins())[0] === one.id ? one : two;
      other = await signUpAdmin();
    }
  });

  it("are gone for who acts just then: of three who demote in a ring, those left are as many as acts failed", async () => {
    for (let rounds = 0; rounds < 3; rounds += 1) {
      const third = await signUpAdmin();
      const ring = [root, other, third];
      const answers = await Promise.all(
        ring.map(
          async (admin, at) => await change(admin, ring[(at + 1) % 3]?.id ?? "", { role: "user" }),
        ),
      );
      const failed = answers.filter(({ status }) => status !== 200);
      for (const { status } of failed) expect([401, 403, 409]).toContain(status);
      const left = await activeAdmins();
      expect(left).toHaveLength(failed.length);
      expect(left.length).toBeGreaterThan(0);
      for (const admin of ring) {
        if (!left.includes(admin.id)) continue;
        root = admin;
      }
      for (const id of left) if (id !== root.id) await change(root, id, { role: "user" });
      other = await signUpAdmin();
    }
  });

  it("work for whoever got them just now, without another sign-in", async () => {
    const ada = await signUp();
    await grantAdmin(ada);
    expect((await api(ada).get("/admin/users?limit=1")).status).toBe(200);
  });
});
