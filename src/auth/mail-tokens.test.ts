import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../platform/env.ts";
import { seal, unseal, type SealPurpose } from "../platform/seal.ts";
import { api, call, freshEmail, mailedToken, signUp } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";

restoreClockAfterEach();

const password = "a rather long password";
const verify = async (token: string) => await call("POST", "/auth/verify-email", { token });
const reset = async (token: string) =>
  await call("POST", "/auth/reset-password", { token, password });
const register = async (email: string) =>
  await call("POST", "/auth/register", { email, password, display_name: "Ada" });

/** A token of each kind that is mailed, unused, and the call that it is for. */
const kinds = {
  verify: async () => {
    const email = freshEmail();
    await register(email);
    return await mailedToken(email);
  },
  reset: async () => {
    const { email } = await signUp();
    await call("POST", "/auth/forgot-password", { email });
    return await mailedToken(email, "password-reset");
  },
  change: async () => {
    const ada = await signUp();
    const email = freshEmail();
    await api(ada).put("/users/me/email", { email, password: ada.password });
    return await mailedToken(email, "address-change");
  },
};
const uses = { verify, reset, change: verify };

describe("a mailed token", () => {
  it.each(["verify", "reset", "change"] as const)(
    "to %s is not used up by a scanner that opens its link, however it asks",
    async (kind) => {
      const token = await kinds[kind]();
      for (const method of ["GET", "HEAD", "OPTIONS"]) {
        for (const path of ["/auth/verify-email", "/auth/reset-password"]) {
          const link = new Request(`http://localhost/api${path}?token=${token}`, { method });
          const { status } = await exports.default.fetch(link);
          expect(status).toBe(method === "OPTIONS" ? 204 : 405);
        }
      }
      expect([200, 204]).toContain((await uses[kind](token)).status);
    },
  );

  it("is refused for every other purpose, and still good for its own", async () => {
    for (const kind of ["verify", "reset", "change"] as const) {
      const token = await kinds[kind]();
      const others: [string, string, object][] = [
        ["POST", "/auth/refresh", { refresh_token: token }],
        ["POST", "/auth/logout", { refresh_token: token }],
        kind === "reset"
          ? ["POST", "/auth/verify-email", { token }]
          : ["POST", "/auth/reset-password", { token, password }],
      ];
      for (const [method, path, body] of others) {
        expect([400, 401]).toContain((await call(method, path, body)).status);
      }
      expect([200, 204]).toContain((await uses[kind](token)).status);
    }
  });

  it("holds an id under 256 bits that only its purpose's key can make", async () => {
    const config = loadConfig(env);
    const token = await kinds.reset();
    const id = unseal(config, "reset", token);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(Buffer.from(token.split(".")[1] ?? "", "base64url")).toHaveLength(32);
    for (const purpose of [
      "verify",
      "change",
      "refresh",
      "ticket",
      "unsubscribe",
    ] as SealPurpose[]) {
      expect((await reset(seal(config, purpose, id ?? ""))).body).toMatchObject({
        code: "token_invalid",
      });
    }
    expect((await reset(token)).status).toBe(204);
  });

  it("to verify is ended by the one that is sent again", async () => {
    const clock = fixedClock(Date.now());
    const email = freshEmail();
    await register(email);
    const older = await mailedToken(email);
    clock.advance(61_000);
    await call("POST", "/auth/resend-verification", { email });
    const newer = await mailedToken(email);
    expect(newer).not.toBe(older);
    expect((await verify(older)).body).toMatchObject({ code: "token_invalid" });
    expect((await verify(newer)).status).toBe(200);
  });

  it("to verify stays good where the next mail is held back", async () => {
    fixedClock(Date.now());
    const email = freshEmail();
    await register(email);
    const token = await mailedToken(email);
    await call("POST", "/auth/resend-verification", { email });
    expect((await verify(token)).status).toBe(200);
  });
});
