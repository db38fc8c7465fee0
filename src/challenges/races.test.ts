import { describe, expect, it } from "vitest";
import { api, signUp } from "../testing/api.ts";
import {
  boardOf,
  makeChallenge,
  people,
  ring,
  seenBy,
  type Problem,
} from "../testing/challenges.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { mysqlFails } from "../testing/faults.ts";

restoreClockAfterEach();

const days = { start_date: "2026-03-20", end_date: "2026-03-21" };
const many = async <T>(count: number, work: (n: number) => Promise<T>) =>
  await Promise.all(Array.from({ length: count }, async (_, n) => await work(n)));

describe("a challenge", () => {
  it("counts somebody once who joins on twenty phones at once", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const { id } = await makeChallenge(ada, days);
    const answers = await many(
      20,
      async () => await api(bob).post<Problem>(`/challenges/${id}/join`, {}),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(19);
    expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(["already_joined"]));
    expect((await seenBy(ada, id)).body.participant_count).toBe(2);
  });

  it("counts nobody twice, or less than once, who joins and leaves at once", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const [ada, bob] = await people(clock, "Ada", "Bob");
    const { id } = await makeChallenge(ada, days);
    for (let round = 0; round < 8; round += 1) {
      await many(8, async (n) =>
        n % 2 === 0
          ? await api(bob).post(`/challenges/${id}/join`, {})
          : await api(bob).post(`/challenges/${id}/leave`),
      );
      const { joined } = (await seenBy(bob, id)).body;
      const { participant_count } = (await seenBy(ada, id)).body;
      expect(participant_count).toBe(joined ? 2 : 1);
      // Each has a hundred requests a minute.
      clock.advance(61_000);
    }
  });

  it("gives the place of whoever leaves to one of those who wait at the door", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const [ada, bob, ...others] = await people(clock, "Ada", "Bob", "Cleo", "Dan", "Eve");
    const { id } = await makeChallenge(ada, { ...days, max_participants: 2 }, [bob]);
    for (let round = 0; round < 5; round += 1) {
      const [left, ...joined] = await Promise.all([
        api(bob).post(`/challenges/${id}/leave`),
        ...others.map(async (one) => await api(one).post<Problem>(`/challenges/${id}/join`, {})),
      ]);
      expect(left.status).toBe(204);
      const inside = others.filter((_, n) => joined[n]?.status === 200);
      expect(inside.length).toBeLessThanOrEqual(1);
      expect((await seenBy(ada, id)).body.participant_count).toBe(1 + inside.length);
      for (const one of inside) await api(one).post(`/challenges/${id}/leave`);
      expect((await api(bob).post(`/challenges/${id}/join`, {})).status).toBe(200);
      clock.advance(61_000);
    }
  });

  it("that is called off while many join leaves nobody in it", async () => {
    const clock = fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const others = await people(clock, "Bob", "Cleo", "Dan", "Eve", "Fay", "Gus");
    const { id } = await makeChallenge(ada, days);
    const [off, ...joined] = await Promise.all([
      api(ada).delete(`/challenges/${id}`),
      ...others.map(async (one) => await api(one).post<Problem>(`/challenges/${id}/join`, {})),
    ]);
    expect(off.status).toBe(204);
    for (const [n, one] of others.entries()) {
      const { status, body } = await seenBy(one, id);
      // Those who were in time find it as cancelled; for all others it is not there.
      if (joined[n]?.status === 200) expect([status, body.status]).toEqual([200, "cancelled"]);
      else expect([joined[n]?.status, status]).toEqual([expect.toBeOneOf([404, 409]), 404]);
      expect((await api(one).post(`/challenges/${id}/join`, {})).status).toBeGreaterThan(400);
    }
  });
});

describe("a board", () => {
  it.each(["join", "leave"])(
    "hears of a %s that nobody knows to have come about, and nobody repeats",
    async (act) => {
      const clock = fixedClock("2026-03-10T12:00:00Z");
      const [ada, bob] = await people(clock, "Ada", "Bob");
      const { id } = await makeChallenge(ada, days, act === "leave" ? [bob] : []);
      await mysqlFails({ mode: "lost", match: "^commit" });
      const { status } = await api(bob).post(`/challenges/${id}/${act}`, {});
      await mysqlFails();
      expect(status).toBe(503);
      expect((await seenBy(bob, id)).body.joined).toBe(act === "join");
      clock.advance(10_000);
      await ring(id);
      expect((await boardOf(ada, id)).total).toBe(act === "join" ? 2 : 1);
    },
  );
});
