import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../platform/time/instant.ts";
import { bounce, SECRET, webhook } from "../testing/acts/mail.ts";
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
import { tracesInMySql } from "../testing/traces.ts";

restoreClockAfterEach();

const HOUR_MS = 3_600_000;
const next = "the next long password";
const forgot = async (email: string) => await call("POST", "/auth/forgot-password", { email });
const mailOf = async (email: string, tag: string) =>
  (await mailsTo(email)).find((mail) => mail.tag === tag);
const reset = async (token: string, password = next) =>
  await call("POST", "/auth/reset-password", { token, password });

describe("a forgotten password", () => {
  it("is set anew by mail; every session ends and a notice is mailed", async () => {
    const phone = await signUp();
    const tablet = await signIn(phone);
    expect((await forgot(phone.email)).status).toBe(202);
    const token = await mailedToken(phone.email, "password-reset");
    expect((await reset(token)).status).toBe(204);
    for (const device of [phone, tablet]) {
      expect((await api(device).get("/users/me")).body).toMatchObject({ code: "session_ended" });
    }
    await expect(signIn(phone)).rejects.toThrow();
    await signIn({ email: phone.email, password: next });
    expect(await mailOf(phone.email, "password-changed")).toBeDefined();
    expect((await reset(token)).body).toMatchObject({ code: "token_invalid" });
  });

  it("is asked for alike by known and unknown addresses, once a minute, five times an hour", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    const unknown = freshEmail();
    for (let tries = 0; tries < 10; tries += 1) {
      const answers = [await forgot(ada.email), await forgot(ada.email), await forgot(unknown)];
      expect(new Set(answers.map(({ status, body }) => status + JSON.stringify(body))).size).toBe(
        1,
      );
      // The minute would end the lease of who is sending it, and the mail would go twice.
      await mailsTo(ada.email);
      clock.advance(61_000);
    }
    const resets = (await mailsTo(ada.email)).filter(({ tag }) => tag === "password-reset");
    expect(resets).toHaveLength(5);
    expect(await mailsTo(unknown)).toHaveLength(0);
  });

  it.each([
    [HOUR_MS - 1_000, 204],
    [HOUR_MS + 1_000, 400],
  ])("can be set %i ms after the mail: %i", async (age, status) => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    await forgot(ada.email);
    const token = await mailedToken(ada.email, "password-reset");
    clock.advance(age);
    expect((await reset(token)).status).toBe(status);
  });

  it("is set by the newest mail only, and by exactly one of many who hold its token", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    await forgot(ada.email);
    const older = await mailedToken(ada.email, "password-reset");
    clock.advance(61_000);
    await forgot(ada.email);
    const newer = await mailedToken(ada.email, "password-reset");
    expect((await reset(older)).status).toBe(400);
    const answers = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, n) => await insist(async () => await reset(newer, `${next} ${n}`)),
      ),
    );
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(49);
  }, 60_000);

  it("is not set by a token of another purpose, nor to a weak one", async () => {
    const email = freshEmail();
    await call("POST", "/auth/register", { email, password: next, display_name: "Ada" });
    expect((await reset(await mailedToken(email))).body).toMatchObject({ code: "token_invalid" });
    await forgot(email);
    const token = await mailedToken(email, "password-reset");
    expect((await reset(token, "short")).body).toMatchObject({ errors: [{ path: "password" }] });
    expect((await reset(token)).status).toBe(204);
  });
});

describe("a changed password", () => {
  it("ends the other sessions and keeps this one", async () => {
    const phone = await signUp();
    const tablet = await signIn(phone);
    const changed = await api(phone).put("/users/me/password", {
      current_password: phone.password,
      new_password: next,
    });
    expect(changed.status).toBe(204);
    expect((await api(phone).get("/users/me")).status).toBe(200);
    expect((await api(tablet).get("/users/me")).body).toMatchObject({ code: "session_ended" });
    await signIn({ email: phone.email, password: next });
    expect(await mailOf(phone.email, "password-changed")).toBeDefined();
  });

  it("needs the current one", async () => {
    const ada = await signUp();
    const body = { current_password: "not the password", new_password: next };
    expect((await api(ada).put("/users/me/password", body)).body).toMatchObject({
      code: "invalid_fields",
      errors: [{ path: "current_password" }],
    });
    await signIn(ada);
  });
});

describe("a changed address", () => {
  it("holds from its confirmation on; the old one is told when it is asked for", async () => {
    const ada = await signUp();
    const email = freshEmail();
    const asked = await api(ada).put("/users/me/email", { email, password: ada.password });
    expect(asked.status).toBe(202);
    const notice = await mailOf(ada.email, "address-change-notice");
    expect(notice).toBeDefined();
    expect(notice?.text).not.toContain(email);
    await signIn(ada);

    const token = await mailedToken(email, "address-change");
    expect((await call("POST", "/auth/verify-email", { token })).body).toMatchObject({
      user: { email },
    });
    await expect(signIn(ada)).rejects.toThrow();
    await signIn({ email, password: ada.password });
    expect((await api(ada).get("/users/me")).body).toMatchObject({ email });
  });

  it("takes along nothing that was known of the old one", async () => {
    const ada = await signUp();
    const marked = async () => await tracesInMySql(ada.email);
    await call("POST", "/webhooks/postmark", bounce(ada.email, Date.now()), webhook(SECRET));
    expect(await marked()).toContain("mail_addresses.address");
    const email = freshEmail();
    await api(ada).put("/users/me/email", { email, password: ada.password });
    const token = await mailedToken(email, "address-change");
    await call("POST", "/auth/verify-email", { token });
    expect(await marked()).not.toContain("mail_addresses.address");
  });

  it("is off when the password is changed meanwhile, as the notice advises", async () => {
    const ada = await signUp();
    const email = freshEmail();
    await api(ada).put("/users/me/email", { email, password: ada.password });
    const token = await mailedToken(email, "address-change");
    const body = { current_password: ada.password, new_password: next };
    expect((await api(ada).put("/users/me/password", body)).status).toBe(204);
    expect((await call("POST", "/auth/verify-email", { token })).body).toMatchObject({
      code: "token_invalid",
    });
  });

  it("may be asked for once a minute, whether or not it is taken, and who asks sooner is told so", async () => {
    const clock = fixedClock(Date.now());
    const taken = await signUp();
    for (const email of [taken.email, freshEmail()]) {
      const ada = await signUp();
      const ask = async (address: string) =>
        await api(ada).put("/users/me/email", { email: address, password: ada.password });
      expect((await ask(email)).status).toBe(202);
      for (const again of [email, freshEmail()]) {
        const refused = await ask(again);
        expect(refused).toMatchObject({ status: 429, body: { code: "too_many_attempts" } });
        expect(refused.headers.get("retry-after")).toBe("60");
      }
      const notices = (await mailsTo(ada.email)).filter(
        ({ tag }) => tag === "address-change-notice",
      );
      expect(notices).toHaveLength(1);
      clock.advance(MINUTE_MS);
      const right = freshEmail();
      expect((await ask(right)).status).toBe(202);
      await mailedToken(right, "address-change");
    }
  });

  it("may be asked for five times an hour, and whoever asks a sixth time is told when again", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    const ask = async () =>
      await api(ada).put("/users/me/email", { email: freshEmail(), password: ada.password });
    for (let times = 0; times < 5; times += 1) {
      expect((await ask()).status).toBe(202);
      clock.advance(MINUTE_MS);
    }
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe(String(60 * 60 - 5 * 60));
    clock.advance(55 * MINUTE_MS);
    Object.assign(ada, await signIn(ada));
    expect((await ask()).status).toBe(202);
  });

  it("is never one that is somebody else's, and does not say so", async () => {
    const ada = await signUp();
    const eve = await signUp();
    const before = (await mailsTo(ada.email)).length;
    const asked = await api(eve).put("/users/me/email", {
      email: ada.email,
      password: eve.password,
    });
    expect(asked.status).toBe(202);
    expect(await mailsTo(ada.email)).toHaveLength(before);
  });

  it("is not taken from an account that holds it, confirmed or not", async () => {
    const ada = await signUp();
    const email = freshEmail();
    await api(ada).put("/users/me/email", { email, password: ada.password });
    const token = await mailedToken(email, "address-change");
    await call("POST", "/auth/register", { email, password: next, display_name: "Grace" });
    expect((await call("POST", "/auth/verify-email", { token })).body).toMatchObject({
      code: "token_invalid",
    });
    await signIn(ada);
  });
});

describe("the sessions list", () => {
  type Sessions = { data: { id: string; is_current: boolean; device_name: string | null }[] };

  it("shows the live ones; one or all others can be ended", async () => {
    const phone = await signUp();
    const tablet = await signIn(phone);
    const tv = await signIn(phone);
    const { body } = await api(phone).get<Sessions>("/users/me/sessions");
    expect(body.data.map(({ is_current }) => is_current).filter(Boolean)).toEqual([true]);
    expect(body.data).toHaveLength(3);
    const mine = body.data.find(({ is_current }) => is_current)?.id;
    const others = body.data.filter(({ id }) => id !== mine);

    expect((await api(phone).delete(`/users/me/sessions/${others[0]?.id}`)).status).toBe(204);
    const answers = [await api(tablet).get("/users/me"), await api(tv).get("/users/me")];
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401]));

    expect((await api(phone).delete("/users/me/sessions")).status).toBe(204);
    expect((await api(tablet).get("/users/me")).status).toBe(401);
    expect((await api(tv).get("/users/me")).status).toBe(401);
    expect((await api(phone).get<Sessions>("/users/me/sessions")).body.data).toHaveLength(1);
  });

  it("does not show or end anybody else's", async () => {
    const ada = await signUp();
    const eve = await signUp();
    const { body } = await api(ada).get<Sessions>("/users/me/sessions");
    const path = `/users/me/sessions/${body.data[0]?.id}`;
    expect((await api(eve).delete(path)).status).toBe(404);
    expect((await api(eve).delete("/users/me/sessions/nonsense")).status).toBe(404);
    expect((await api(ada).get("/users/me")).status).toBe(200);
  });
});
