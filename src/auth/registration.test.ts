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
} from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";

restoreClockAfterEach();

const password = "a rather long password";
const register = async (email: string, more: object = {}) =>
  await call("POST", "/auth/register", { email, password, display_name: "Ada", ...more });

describe("signing up", () => {
  it("leads from a registration through the mail to a session", async () => {
    const email = freshEmail();
    const registered = await register(email, { timezone: "Europe/Paris", locale: "fr" });
    expect(registered).toMatchObject({ status: 202, body: { status: "verification_sent" } });

    expect((await call("POST", "/auth/login", { email, password })).body).toMatchObject({
      code: "email_not_verified",
    });

    const verified = await call<{ user: object }>("POST", "/auth/verify-email", {
      token: await mailedToken(email),
    });
    expect(verified.status).toBe(200);
    expect(verified.body.user).toMatchObject({
      email,
      timezone: "Europe/Paris",
      locale: "fr",
      role: "user",
    });

    const signedIn = await call<{ access_token: string }>("POST", "/auth/login", {
      email,
      password,
    });
    expect(signedIn.body).toMatchObject({
      token_type: "Bearer",
      expires_in: 1800,
      refresh_expires_in: 604_800,
    });
    expect((await api(signedIn.body).get("/users/me")).body).toMatchObject({
      email,
      display_name: "Ada",
    });
  });

  it("writes its mail in the person's language", async () => {
    const email = freshEmail();
    await register(email, { locale: "fr" });
    const [mail] = await mailsTo(email);
    expect(mail).toMatchObject({ tag: "verification", to: email });
    expect(mail?.text).toContain("Confirme");
  });

  it("answers the same for a known address, and tells its owner by mail", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    clock.advance(61_000);
    const unknown = await register(freshEmail());
    const known = await register(ada.email);
    expect(known.status).toBe(unknown.status);
    expect(known.body).toEqual(unknown.body);
    const tags = (await mailsTo(ada.email)).map(({ tag }) => tag);
    expect(tags).toContain("already-registered");
    await expect(signIn({ email: ada.email, password })).rejects.toThrow();
  });

  it("lets a second registration of an unverified address replace password and name", async () => {
    const clock = fixedClock(Date.now());
    const email = freshEmail();
    await register(email);
    const first = await mailedToken(email);
    clock.advance(61_000);
    await call("POST", "/auth/register", {
      email,
      password: "the other password",
      display_name: "Grace",
    });
    const second = await mailedToken(email);
    expect((await call("POST", "/auth/verify-email", { token: first })).body).toMatchObject({
      code: "token_invalid",
    });
    expect((await call("POST", "/auth/verify-email", { token: second })).body).toMatchObject({
      user: { display_name: "Grace" },
    });
    await expect(signIn({ email, password })).rejects.toThrow();
    await signIn({ email, password: "the other password" });
  });

  it("sends an address one mail a minute and five an hour, with the same answers", async () => {
    const clock = fixedClock(Date.now());
    const email = freshEmail();
    for (let tries = 0; tries < 12; tries += 1) {
      expect((await register(email)).status).toBe(202);
      expect((await register(email)).status).toBe(202);
      // The minute would end the lease of who is sending it, and the mail would go twice.
      await mailsTo(email);
      clock.advance(61_000);
    }
    expect(await mailsTo(email)).toHaveLength(5);
  });

  it("sends one mail when the same address registers twenty times at once", async () => {
    const email = freshEmail();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => await register(email)),
    );
    expect(new Set(answers.map(({ status }) => status)).isSubsetOf(new Set([202, 503]))).toBe(true);
    expect(await mailsTo(email)).toHaveLength(1);
  });

  it("answers all of sixteen who register at once", async () => {
    // Two hashes wait at a time; who is turned away for that comes back.
    const insistent = async (email: string): Promise<number> => {
      const { status, body } = await register(email);
      return status === 503 && body["code"] === "busy" ? await insistent(email) : status;
    };
    const statuses = await Promise.all(
      Array.from({ length: 16 }, async () => await insistent(freshEmail())),
    );
    expect(statuses).toEqual(Array(16).fill(202));
  });

  it("confirms nobody else's password by the mail that was already on its way", async () => {
    const email = freshEmail();
    await register(email);
    await call("POST", "/auth/register", {
      email,
      password: "the attacker's password",
      display_name: "Mallory",
    });
    const token = await mailedToken(email);
    const { body } = await call("POST", "/auth/verify-email", { token });
    expect(body).toMatchObject({ user: { display_name: "Ada" } });
    await signIn({ email, password });
  });

  it("names the field of a weak password, a bad address, an unknown field", async () => {
    const weak = await call<{ errors: { path: string }[] }>("POST", "/auth/register", {
      email: "nobody",
      password: "short",
      display_name: "",
      role: "admin",
    });
    expect(weak.status).toBe(422);
    expect(weak.headers.get("content-type")).toBe("application/problem+json");
    expect(weak.body.errors.map(({ path }) => path).sort()).toEqual([
      "display_name",
      "email",
      "role",
    ]);
    const common = await call("POST", "/auth/register", {
      email: freshEmail(),
      password: "1234567890",
      display_name: "A",
    });
    expect(common.body).toMatchObject({ code: "invalid_fields", errors: [{ path: "password" }] });
  });
});

describe("a verification token", () => {
  it("is good once, also when fifty ask at once", async () => {
    const email = freshEmail();
    await register(email);
    const token = await mailedToken(email);
    const verify = async () => await call("POST", "/auth/verify-email", { token });
    const answers = await Promise.all(Array.from({ length: 50 }, async () => await insist(verify)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(49);
  }, 60_000);

  it.each([
    [24 * 3_600_000 - 1_000, 200],
    [24 * 3_600_000 + 1_000, 400],
  ])("%i ms after it was sent answers %i", async (age, status) => {
    const clock = fixedClock(Date.now());
    const email = freshEmail();
    await register(email);
    const token = await mailedToken(email);
    clock.advance(age);
    expect((await call("POST", "/auth/verify-email", { token })).status).toBe(status);
  });

  it.each(["", "x", "a.b", "eyJhbGciOiJub25lIn0.e30."])(
    "is refused when made up: %j",
    async (token) => {
      expect([400, 422]).toContain((await call("POST", "/auth/verify-email", { token })).status);
    },
  );
});
