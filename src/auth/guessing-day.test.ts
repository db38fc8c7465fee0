import { expect, it } from "vitest";
import { DAY_MS } from "../platform/time/instant.ts";
import { api, call, signUp } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";

restoreClockAfterEach();

it("lets who guesses as often as they may, from ever other networks, reach the hash 100 times in a day at most", async () => {
  const clock = fixedClock("2026-03-02T00:00:00Z");
  const ada = await signUp();
  const begun = clock.now();
  const reached: number[] = [];
  let refresh_token = ada.refresh_token;
  // The cleverest way: again and again until refused, then at the very second that the refusal named.
  for (let n = 0; clock.now() < begun + 1.25 * DAY_MS; n += 1) {
    const { status, headers } = await call(
      "POST",
      "/auth/login",
      { email: ada.email, password: `guess number ${n}` },
      { "cf-connecting-ip": `10.0.${n >> 8}.${n & 255}`, "x-forwarded-for": `192.0.2.${n & 255}` },
    );
    expect([401, 429]).toContain(status);
    if (status === 401) reached.push(clock.now());
    else clock.advance(Number(headers.get("retry-after")) * 1000);
    if (n % 50 === 0) {
      const mine = await call<{ refresh_token: string; access_token: string }>(
        "POST",
        "/auth/refresh",
        { refresh_token },
      );
      expect(mine.status).toBe(200);
      refresh_token = mine.body.refresh_token;
      expect((await api(mine.body).get("/users/me")).status).toBe(200);
    }
  }
  const most = Math.max(
    ...reached.map((at, n) => reached.slice(n).filter((later) => later < at + DAY_MS).length),
  );
  expect(most).toBeLessThanOrEqual(100);
  // The limit is what stops them, not this test's patience.
  expect(most).toBeGreaterThanOrEqual(90);
}, 60_000);
