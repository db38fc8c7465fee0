import type { z } from "zod";
import { Fault, type Answer } from "./target.ts";

/** Holds an answer to a status. Raises Fault with what it said instead. */
export function demandStatus(answer: Answer, ...statuses: readonly number[]): void {
  if (statuses.includes(answer.status)) return;
  const said = answer.text.slice(0, 200).replaceAll(/\s+/g, " ");
  throw new Fault(
    `${answer.what} answered ${answer.status} instead of ${statuses.join(" or ")}: ${said}`,
  );
}

/** Holds a header to a pattern. Raises Fault. */
export function demandHeader({ what, headers }: Answer, name: string, pattern: RegExp): void {
  const value = headers.get(name);
  if (value === null) throw new Fault(`${what} lacks the header ${name}`);
  if (!pattern.test(value)) throw new Fault(`${what} has ${name}: ${value}`);
}

/** The entity tag of an answer that phones ask for again and again. Raises Fault. */
export function demandTag({ what, headers }: Answer): string {
  const etag = headers.get("etag");
  if (etag === null) throw new Fault(`${what} has no ETag: phones would load everything each time`);
  return etag;
}

/** Reads an answer of status 200 as JSON of a shape. Raises Fault. */
export function demandJson<T>(answer: Answer, shape: z.ZodType<T>): T {
  demandStatus(answer, 200);
  demandHeader(answer, "content-type", /^application\/json\b/);
  const read = shape.safeParse(jsonOf(answer));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Fault(`${answer.what} has another shape: ${issue?.path.join(".")} ${issue?.message}`);
}

/** Holds an answer to a problem (RFC 9457) of a status, with its code and nothing missing. Raises Fault. */
export function demandProblem(answer: Answer, status: number, ...codes: readonly string[]): void {
  demandStatus(answer, status);
  demandHeader(answer, "content-type", /^application\/problem\+json\b/);
  const problem = jsonOf(answer) as Record<string, unknown>;
  for (const field of ["type", "title", "detail", "code", "request_id"]) {
    if (typeof problem[field] !== "string")
      throw new Fault(`${answer.what}: the problem has no ${field}`);
  }
  const { request_id } = problem;
  const code = String(problem["code"]);
  if (problem["status"] !== status)
    throw new Fault(`${answer.what}: the problem names another status than ${status}`);
  if (!codes.includes(code))
    throw new Fault(`${answer.what}: the code is ${code}, not ${codes.join(" or ")}`);
  if (request_id !== answer.headers.get("x-request-id"))
    throw new Fault(`${answer.what}: the problem names another request id than its header`);
}

/** Reads an answer as JSON. Raises Fault. */
export function jsonOf({ what, text }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault(`${what} is no JSON: ${text.slice(0, 100)}`, { cause });
  }
}
