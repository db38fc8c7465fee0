import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "@hono/zod-openapi";
import { databaseFaultIn } from "../db/faults.ts";
import { AppError, errors, type ErrorKind } from "../errors.ts";

/** The one place where an error's kind becomes an HTTP status. */
export const statusOf: Record<ErrorKind, ContentfulStatusCode> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  not_json: 415,
  invalid: 422,
  too_many: 429,
  internal: 500,
  unavailable: 503,
};

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi("Problem");

/** Turns whatever was thrown into the error the caller sees; what nobody foresaw is `internal`. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HTTPException) {
    if (thrown.status === 413) return errors.body_too_large();
    if (thrown.status === 415) return errors.body_not_json();
    if (thrown.status === 400) return errors.malformed_json();
  }
  const fault = databaseFaultIn(thrown);
  if (fault?.kind === "unavailable" || fault?.kind === "contention") {
    return errors.database_unavailable({ cause: thrown, retry_after_seconds: 2 });
  }
  return errors.internal({ cause: thrown });
}

/** Writes an error as `application/problem+json` (RFC 9457); a 5xx says nothing of its cause. */
export function problemResponse(error: AppError, request_id: string): Response {
  const status = statusOf[error.kind];
  const { detail, errors: fields, retry_after_seconds } = error.details;
  const body: z.infer<typeof problemSchema> = {
    type: `urn:focus-api:problem:${error.code}`,
    title: error.title,
    status,
    detail: status >= 500 ? fixedDetail(status) : (detail ?? `${error.title}.`),
    code: error.code,
    request_id,
    ...(fields ? { errors: fields } : {}),
  };
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (retry_after_seconds !== undefined)
    headers.set("retry-after", String(Math.max(1, Math.ceil(retry_after_seconds))));
  else if (status === 503) headers.set("retry-after", "2");
  return new Response(JSON.stringify(body), { status, headers });
}

function fixedDetail(status: number): string {
  return status === 503
    ? "The service cannot answer this right now. Please try again shortly."
    : "The fault has been noted under this request's id.";
}
