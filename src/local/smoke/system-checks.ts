import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Check, Means } from "./check.ts";
import { demandHeader, demandJson, demandProblem, demandStatus, demandTag } from "./demand.ts";
import { askAt, Fault, type Answer } from "./target.ts";

const healthSchema = z.object({ status: z.string(), version: z.string().min(1) });
const catalogueSchema = z.object({ apps: z.array(z.object({ id: z.string() })).min(1) });

/** What stands on every answer, good or bad. */
function demandSecurity(answer: Answer): void {
  demandHeader(answer, "x-content-type-options", /^nosniff$/);
  demandHeader(answer, "strict-transport-security", /max-age=\d{7,}/);
  demandHeader(answer, "referrer-policy", /^no-referrer$/);
  demandHeader(answer, "content-security-policy", /default-src 'none'/);
  demandHeader(answer, "cache-control", /no-store/);
  demandHeader(answer, "x-request-id", /^[A-Za-z0-9-]{8,64}$/);
}

/** Whether the right code answers, fully configured, encrypted, with its database behind it. */
export function systemChecks(means: Means): Check[] {
  return [
    {
      name: "health and version",
      look: async ({ ask }) => {
        const { status, version } = demandJson(await ask("/api/health"), healthSchema);
        if (status !== "ok")
          throw new Fault(
            `the Worker says ${status}: the log line of that name tells which variable or secret is missing or faulty`,
          );
        if (means.version !== null && !version.includes(means.version))
          throw new Fault(`version ${version} answers, not ${means.version}`);
        return version;
      },
    },
    {
      name: "the same under /api/v1",
      look: async ({ ask }) => {
        const [one, other] = [await ask("/api/health"), await ask("/api/v1/health")];
        if (one.text !== other.text) throw new Fault("/api/v1/health says something else");
        return "alike";
      },
    },
    {
      name: "security headers",
      look: async ({ ask }) => {
        demandSecurity(await ask("/api/health"));
        demandSecurity(await ask("/api/nowhere"));
        const id = `smoke-${randomUUID()}`;
        const answer = await ask("/api/health", { headers: { "x-request-id": id } });
        demandHeader(answer, "x-request-id", new RegExp(`^${id}$`));
        return "on answers and on problems";
      },
    },
    { name: "plain http", look: async ({ url }) => await lookAtPlainHttp(url, means.patience_ms) },
    {
      name: "database and objects",
      look: async ({ ask }) => {
        // A sign-in of nobody asks both, and changes nothing.
        const body = { email: `${randomUUID()}@smoke.invalid`, password: "nobody's password" };
        const answer = await ask("/api/auth/login", { method: "POST", body });
        if (answer.status === 503)
          throw new Fault(
            `a part is away (${answer.text.slice(0, 200)}): check PLANETSCALE_URL, and whether the migrations were deployed`,
          );
        demandProblem(answer, 401, "invalid_credentials");
        return "both answer";
      },
    },
    {
      name: "GET /catalogue",
      look: async ({ ask }) => {
        const answer = await ask("/api/catalogue");
        const { apps } = demandJson(answer, catalogueSchema);
        const headers = { "if-none-match": demandTag(answer) };
        demandStatus(await ask("/api/catalogue", { headers }), 304);
        return `${apps.length} apps, not sent twice`;
      },
    },
    { name: "metrics", look: async ({ ask }) => await lookAtMetrics(ask, means.metrics_token) },
  ];
}

async function lookAtPlainHttp(url: string, patience_ms: number): Promise<string> {
  if (!url.startsWith("https:")) return "this is it: not looked at";
  const plain = url.replace(/^https:/, "http:");
  const answer = await askAt(`${plain}/api/health`, `${plain}/api/health`, {}, patience_ms).catch(
    (error: unknown) => {
      if (error instanceof Fault) return null;
      throw error;
    },
  );
  if (answer === null) return "is not answered";
  const location = answer.headers.get("location") ?? "";
  if (![301, 302, 307, 308].includes(answer.status) || !location.startsWith(url))
    throw new Fault(
      `${plain} answers ${answer.status} unencrypted: turn on "Always Use HTTPS" (SSL/TLS, Edge Certificates) for the zone`,
    );
  return "is sent on to https";
}

async function lookAtMetrics(
  ask: (path: string, ask?: { headers: Record<string, string> }) => Promise<Answer>,
  token: string | null,
): Promise<string> {
  const bearer = (given: string) => ({ headers: { authorization: `Bearer ${given}` } });
  const refused = [await ask("/metrics"), await ask("/metrics", bearer(`smoke-${randomUUID()}`))];
  for (const answer of refused) demandStatus(answer, 401, 404);
  if (token === null) return `refused (${refused[0]?.status}) without their token`;
  const answer = await ask("/metrics", bearer(token));
  demandStatus(answer, 200);
  demandHeader(answer, "content-type", /^text\/plain; version=0\.0\.4/);
  for (const part of ["mysql", "object"]) {
    if (!answer.text.includes(`\nfocus_scrape_up{part="${part}"} 1\n`))
      throw new Fault(`the metrics say that ${part} did not answer`);
  }
  return `${answer.text.split("\n").length} lines`;
}
