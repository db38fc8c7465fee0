import { describe, expect, it } from "vitest";
import { api, call, freshEmail, mailedToken, signIn, signUp } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";

restoreClockAfterEach();

const refresh = async (refresh_token: string) =>
  await call<{ refresh_token: string; access_token: string; code?: string }>(
    "POST",
    "/auth/refresh",
    { refresh_token },
  );

describe("signing in", () => {
  it("answers an unknown address and a wrong password alike", async () => {
    const ada = await signUp();
    const wrong = await call("POST", "/auth/login", {
      email: ada.email,
      password: "not the password",
    });
    const unknown = await call("POST", "/auth/login", {
      email: freshEmail(),
      password: "not the password",
    });
    expect(wrong.status).toBe(401);
    const { request_id: _a, ...wrongBody } = wrong.body as Record<string, unknown>;
    const { request_id: _b, ...unknownBody } = unknown.body as Record<string, unknown>;
    expect(wrongBody).toEqual(unknownBody);
    expect(wrongBody).toMatchObject({ code: "invalid_credentials" });
  });

  it("takes the address in any case and nothing else", async () => {
    const ada = await signUp();
    await signIn({ email: ada.email.toUpperCase(), password: ada.password });
    await expect(signIn({ email: ada.email, password: `${ada.password} ` })).rejects.toThrow();
  });
});

describe("guessing a password", () => {
  const guess = async (email: string, n: number) =>
    await call("POST", "/auth/login", { email, password: `guess number ${n}` });

  it("is stopped before the hash, alike for known and unknown addresses, also all at once", async () => {
    fixedClock(Date.now());
    const ada = await signUp();
    for (const email of [ada.email, freshEmail()]) {
      const answers = await Promise.all(
        Array.from({ length: 40 }, async (_, n) => await guess(email, n)),
      );
      const statuses = answers.map(({ status }) => status);
      // Two hashes wait at a time; who finds both taken is told to come back, and has guessed all the same.
      expect(statuses.filter((status) => status === 401 || status === 503)).toHaveLength(10);
      const stopped = answers.filter(({ status }) => status === 429);
      expect(stopped).toHaveLength(30);
      expect(stopped[0]?.body).toMatchObject({ code: "too_many_attempts" });
      expect(Number(stopped[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    }
  });

  it("neither ends the owner's sessions nor keeps them from setting a new password", async () => {
    fixedClock(Date.now());
    const ada = await signUp();
    for (let n = 0; n < 11; n += 1) await guess(ada.email, n);
    const { email, password: right } = ada;
    expect((await call("POST", "/auth/login", { email, password: right })).status).toBe(429);
    expect((await api(ada).get("/users/me")).status).toBe(200);
    expect((await refresh(ada.refresh_token)).status).toBe(200);
    await call("POST", "/auth/forgot-password", { email: ada.email });
    const token = await mailedToken(ada.email, "password-reset");
    await call("POST", "/auth/reset-password", { token, password: "quite another password" });
    await signIn({ email: ada.email, password: "quite another password" });
  });
});

describe("refreshing", () => {
  it("gives twenty who ask at once the same successor, by one rotation", async () => {
    const ada = await signUp();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => await refresh(ada.refresh_token)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect((await api(answers[0]!.body).get("/users/me")).status).toBe(200);
  });

  it("gives a working pair again within 10 s, for an answer that was lost", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    const first = await refresh(ada.refresh_token);
    clock.advance(9_900);
    const again = await refresh(ada.refresh_token);
    expect(again.status).toBe(200);
    expect(again.body.refresh_token).toBe(first.body.refresh_token);
    expect((await refresh(again.body.refresh_token)).status).toBe(200);
  });

  it("ends the whole session when a spent token is used later", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    const { body } = await refresh(ada.refresh_token);
    clock.advance(10_100);
    const stolen = await refresh(ada.refresh_token);
    expect(stolen).toMatchObject({ status: 401, body: { code: "token_reused" } });
    expect((await api(body).get("/users/me")).body).toMatchObject({ code: "session_ended" });
    expect((await refresh(body.refresh_token)).status).toBe(401);
    expect((await api(await signIn(ada)).get("/users/me")).status).toBe(200);
  });

  it("refuses a token that was not made here", async () => {
    const ada = await signUp();
    const [payload] = ada.refresh_token.split(".");
    for (const forged of [
      "x",
      `${payload}.`,
      `${payload}.${"A".repeat(43)}`,
      `${ada.refresh_token}A`,
    ]) {
      expect((await refresh(forged)).body).toMatchObject({ code: "refresh_token_invalid" });
    }
  });
});

describe("signing out", () => {
  it("ends the session from the next request on, and no other", async () => {
    const phone = await signUp();
    const tablet = await signIn(phone);
    expect(
      (await call("POST", "/auth/logout", { refresh_token: phone.refresh_token })).status,
    ).toBe(204);
    expect((await api(phone).get("/users/me")).body).toMatchObject({ code: "session_ended" });
    expect((await refresh(phone.refresh_token)).status).toBe(401);
    expect((await api(tablet).get("/users/me")).status).toBe(200);
    expect(
      (await call("POST", "/auth/logout", { refresh_token: phone.refresh_token })).status,
    ).toBe(204);
  });
});
