import { jsonOf, type Heard } from "../wire.ts";
import type { Document, Route } from "./document.ts";
import { misfits } from "./schema.ts";

/** What no answer and no log line may give away: SQL, hosts, stacks, what the database says. */
export const LEAKS: readonly RegExp[] = [
  /\bselect\b.+\bfrom\b/i,
  /\binsert into\b/i,
  /\bupdate\b.+\bset\b/i,
  /\bdelete from\b/i,
  /\(errno|sqlstate|vttablet|bindvars|mariadb|(?<!"part":")mysql(?!_(calls|ms)\b)/i,
  /failed query/i,
  /127\.0\.0\.1:\d/,
  /node_modules|\bat [\w.<>]+ \(|\.[jt]s:\d+/,
  /\$scrypt\$|password_hash/,
];

/** The promises a answer to this route breaks, in words; none where all is well. */
export function faultsIn(heard: Heard, route: Route, document: Document): string[] {
  const { status, headers, text } = heard;
  const faults: string[] = [];
  if (status >= 500) faults.push(`a ${status}`);
  if (!route.answers.has(status)) faults.push(`${status} is not documented`);
  if (status === 101) return faults;
  if (headers["x-content-type-options"] !== "nosniff") faults.push("no nosniff");
  if (headers["strict-transport-security"] === undefined) faults.push("no HSTS");
  if (headers["cache-control"] === undefined) faults.push("no Cache-Control");
  if (!/^[A-Za-z0-9-]{8,64}$/.test(String(headers["x-request-id"]))) faults.push("no X-Request-Id");
  if (status >= 400) faults.push(...inProblem(heard, document));
  else if (status < 300) faults.push(...inAnswer(heard, route, document));
  if (status >= 400) {
    for (const leak of LEAKS) if (leak.test(text)) faults.push(`leaks ${String(leak)}`);
  }
  return faults;
}

function inProblem(heard: Heard, { schemas, codes }: Document): string[] {
  const { status, headers } = heard;
  if (headers["content-type"] !== "application/problem+json") return ["no problem+json"];
  const problem = jsonOf(heard);
  const code = String(problem["code"]);
  const faults = misfits(problem, { $ref: "#/components/schemas/Problem" }, schemas);
  if (!codes.has(code)) faults.push(`${code} is not on the list of codes`);
  if (problem["type"] !== `urn:focus-api:problem:${code}`)
    faults.push("another type than its code");
  if (problem["status"] !== status) faults.push("another status inside");
  // What was answered before under the same key is given again as it was.
  const isReplayed = headers["idempotency-replayed"] !== undefined;
  if (!isReplayed && problem["request_id"] !== headers["x-request-id"])
    faults.push("another request id inside");
  if (status === 429 && !(Number(headers["retry-after"]) >= 1))
    faults.push("429 without Retry-After");
  if (status === 422 && code === "invalid_fields") {
    const named = (problem["errors"] as unknown[] | undefined)?.length ?? 0;
    if (named === 0) faults.push("422 that names no field");
  }
  return faults;
}

function inAnswer(heard: Heard, route: Route, { schemas }: Document): string[] {
  const schema = route.answers.get(heard.status);
  return schema ? misfits(jsonOf(heard), schema, schemas) : [];
}
