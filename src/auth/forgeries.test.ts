import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../platform/env.ts";
import { deriveKey, keyId, signingSecret } from "../platform/seal.ts";
import { api, call, signUp, type TestUser } from "../testing/api.ts";
import { forgeriesFrom, type Forgery } from "../testing/forgeries.ts";

/** A route that asks the user's object first, and one that asks it on its way. */
const ROUTES = ["/users/me", "/activities/today"];

let ada: TestUser;
let forgeries: Forgery[];

beforeAll(async () => {
  const config = loadConfig(env);
  const secret = signingSecret(config);
  ada = await signUp();
  const eve = await signUp();
  forgeries = forgeriesFrom({
    key: deriveKey(secret, "jwt"),
    kid: keyId(secret),
    issuer: config.PUBLIC_URL,
    now_seconds: Math.floor(Date.now() / 1000),
    token: ada.access_token,
    user_id: ada.id,
    session_id: sessionOf(ada),
    other: { user_id: eve.id, session_id: sessionOf(eve) },
  });
});

function sessionOf({ access_token }: TestUser): string {
  const payload = Buffer.from(access_token.split(".")[1] ?? "", "base64url").toString();
  return (JSON.parse(payload) as { sid: string }).sid;
}

describe("a forged access token", () => {
  it.each(ROUTES)("is answered 401 at %s, whichever of 60 and more it is", async (route) => {
    expect(forgeries.length).toBeGreaterThanOrEqual(60);
    expect(new Set(forgeries.map(([, authorization]) => authorization)).size).toBe(
      forgeries.length,
    );
    const wrong: unknown[] = [];
    for (const [what, authorization] of forgeries) {
      const { status, body } = await call("GET", route, undefined, { authorization });
      if (status !== 401) wrong.push({ what, status, body });
    }
    expect(wrong).toEqual([]);
    expect((await api(ada).get(route)).status).toBe(200);
  });
});
