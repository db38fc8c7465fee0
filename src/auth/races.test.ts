import { describe, expect, it } from "vitest";
import {
  api,
  call,
  freshEmail,
  insist,
  mailedToken,
  mailsTo,
  signIn,
  signUp,
  type Answer,
} from "../testing/api.ts";
import { testDatabase } from "../testing/database.ts";

const AT_ONCE = 50;
const verify = async (token: string) => await call("POST", "/auth/verify-email", { token });
/** Does something many times at once; who is turned away for that comes back. */
const many = async <T>(work: (n: number) => Promise<Answer<T>>, count = AT_ONCE) =>
  await Promise.all(
    Array.from({ length: count }, async (_, n) => await insist(async () => await work(n))),
  );

async function rowsWith(email: string): Promise<number> {
  const { rows } = await testDatabase().execute("select id from users where email = ?", [email]);
  return rows.length;
}

describe("an address that many register at once, each with a password of their own", () => {
  it("is one account, of whoever reads the mail", async () => {
    const email = freshEmail();
    const answers = await many(
      async (n) =>
        await call("POST", "/auth/register", {
          email: n % 2 === 0 ? email : email.toUpperCase(),
          password: `a password that is long enough ${n}`,
          display_name: `Ada ${n}`,
        }),
      20,
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(await rowsWith(email)).toBe(1);
    expect(await mailsTo(email)).toHaveLength(1);
    const token = await mailedToken(email);
    const used = await many(async () => await verify(token));
    expect(used.filter(({ status }) => status === 200)).toHaveLength(1);
  }, 60_000);
});

describe("a token that confirms a new address", () => {
  it(`is good for one of ${AT_ONCE} who use it at once`, async () => {
    const ada = await signUp();
    const email = freshEmail();
    await api(ada).put("/users/me/email", { email, password: ada.password });
    const token = await mailedToken(email, "address-change");
    const answers = await many(async () => await verify(token));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(AT_ONCE - 1);
    expect([await rowsWith(email), await rowsWith(ada.email)]).toEqual([1, 0]);
  }, 60_000);

  it("gives an address that two confirm at once to one of them; the other keeps their own", async () => {
    for (let round = 0; round < 3; round += 1) {
      const people = [await signUp(), await signUp()];
      const email = freshEmail();
      const tokens: string[] = [];
      for (const one of people) {
        await api(one).put("/users/me/email", { email, password: one.password });
        tokens.push(await mailedToken(email, "address-change"));
        // One mail a minute goes to an address.
        await testDatabase().execute(
          "update emails set created_at = created_at - interval 61 second where to_address = ?",
          [email],
        );
      }
      expect(new Set(tokens).size).toBe(2);
      const answers = await Promise.all(tokens.map(verify));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]));
      const loser = people[answers.findIndex(({ status }) => status === 400)]!;
      expect([await rowsWith(email), await rowsWith(loser.email)]).toEqual([1, 1]);
      await signIn(loser);
    }
  });

  it("loses against a registration of the same address, or wins, and never both", async () => {
    for (let round = 0; round < 5; round += 1) {
      const ada = await signUp();
      const email = freshEmail();
      await api(ada).put("/users/me/email", { email, password: ada.password });
      const token = await mailedToken(email, "address-change");
      const body = { email, password: "a rather long password", display_name: "Eve" };
      const [confirmed, registered] = await Promise.all([
        verify(token),
        call("POST", "/auth/register", body),
      ]);
      expect(registered.status).toBe(202);
      expect([200, 400]).toContain(confirmed.status);
      expect(await rowsWith(email)).toBe(1);
      expect(await rowsWith(ada.email)).toBe(confirmed.status === 200 ? 0 : 1);
    }
  });
});
