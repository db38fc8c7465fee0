import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createApp } from "./app.ts";
import { sweepOutbox } from "./mail/mail.jobs.ts";
import { queueMail } from "./mail/mail.service.ts";
import { jobContext } from "./platform/context.ts";
import { freshEmail, mailsTo, signUp } from "./testing/api.ts";

afterEach(() => vi.restoreAllMocks());

const app = createApp();
const WEAK = "weak-canary";

/** Calls the Worker as deployed with some variables faulty. */
async function callWith(
  faulty: Record<string, string>,
  method: string,
  path: string,
  { body, token }: { body?: object; token?: string } = {},
) {
  const ctx = createExecutionContext();
  const headers = new Headers(body ? { "content-type": "application/json" } : {});
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  const request = new Request(`http://localhost/api${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  // What is gathered for Prometheus is sent 5 s later: nothing to wait for here.
  const response = await app.fetch(request, { ...env, METRICS_TOKEN: "", ...faulty }, ctx);
  await waitOnExecutionContext(ctx);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

const faults: Record<string, string>[] = [
  { JWT_SECRET: "" },
  { JWT_SECRET: WEAK },
  { PLANETSCALE_URL: "" },
  { PLANETSCALE_URL: `mysql://${WEAK}@db.example/focus` },
  { POSTMARK_TOKEN: "" },
  { MAIL_FROM: WEAK },
  { PUBLIC_URL: WEAK },
  { APP_URL: WEAK },
  { CORS_ORIGINS: `https://${WEAK}.example/` },
];

describe.each(faults)("with %j", (faulty) => {
  it("nobody signs in, whoever asks; health says so, and nothing says more", async () => {
    const said: unknown[] = [];
    for (const level of ["info", "warn", "error"] as const)
      vi.spyOn(console, level).mockImplementation((line: unknown) => void said.push(line));
    const ada = await signUp();
    const { email, password, refresh_token } = ada;
    const answers = [
      await callWith(faulty, "POST", "/auth/login", { body: { email, password } }),
      await callWith(faulty, "POST", "/auth/refresh", { body: { refresh_token } }),
      await callWith(faulty, "POST", "/auth/register", {
        body: { email: freshEmail(), password, display_name: "Ada" },
      }),
      await callWith(faulty, "POST", "/auth/resend-verification", { body: { email } }),
      await callWith(faulty, "POST", "/auth/forgot-password", { body: { email } }),
    ];
    for (const { status, body, headers } of answers) {
      expect({ status, body }).toMatchObject({ status: 503, body: { code: "not_configured" } });
      expect(headers.get("retry-after")).toBe("60");
    }
    const health = await callWith(faulty, "GET", "/health");
    expect(health).toMatchObject({ status: 200, body: { status: "not_configured" } });
    const shown = JSON.stringify([answers.map(({ text }) => text), health.text, said]);
    expect(shown).not.toContain(WEAK);
  });
});

describe("an access token from before", () => {
  it.each([{ JWT_SECRET: "" }, { JWT_SECRET: WEAK }, { PUBLIC_URL: WEAK }])(
    "is not accepted with %j, nor told to be wrong",
    async (faulty) => {
      const { access_token: token } = await signUp();
      expect((await callWith({}, "GET", "/users/me", { token })).status).toBe(200);
      expect(await callWith(faulty, "GET", "/users/me", { token })).toMatchObject({
        status: 503,
        body: { code: "not_configured" },
      });
    },
  );

  it("is not accepted under a secret of another deployment", async () => {
    const { access_token: token } = await signUp();
    expect((await callWith({}, "GET", "/users/me", { token })).status).toBe(200);
    const other = { JWT_SECRET: "quite another secret that only the tests know" };
    expect(await callWith(other, "GET", "/users/me", { token })).toMatchObject({
      status: 401,
      body: { code: "access_token_invalid" },
    });
  });

  it("goes on where what is missing has nothing to do with it", async () => {
    const { access_token: token } = await signUp();
    const today = await callWith({ POSTMARK_TOKEN: "" }, "GET", "/activities/today", { token });
    expect(today.status).toBe(200);
  });
});

describe("a mail that cannot be written for want of a variable", () => {
  it.each([{ JWT_SECRET: "" }, { APP_URL: WEAK }, { MAIL_FROM: "" }, { POSTMARK_TOKEN: "" }])(
    "waits through %j and is sent afterwards",
    async (faulty) => {
      const to_address = freshEmail();
      const context = () => jobContext({ ...env, ...faulty }, createExecutionContext(), "test");
      await queueMail(jobContext(env, createExecutionContext(), "test"), {
        dedupe_key: `test:${to_address}`,
        user_id: null,
        to_address,
        kind: "verification",
        locale: "en",
        data: { display_name: "Ada", expires_in_hours: 24 },
        link: { path: "/verify-email", token: { purpose: "verify", payload: "x" } },
      });
      await expect(sweepOutbox(context())).rejects.toThrow("not_configured");
      expect(await mailsTo(to_address)).toHaveLength(1);
    },
  );
});
