import { createHash } from "node:crypto";
import type { Context as HonoContext, Next } from "hono";
import type { UserContext } from "../context.ts";
import { errors, invalidField } from "../errors.ts";
import { newId } from "../ids.ts";
import { logFault } from "../log.ts";
import type { OnceAnswer, OnceClaim } from "../once.ts";
import { userContext, type AppEnv } from "./app-env.ts";

/** The header as the document names it, on every route that creates. */
export const KEY_HEADER = "Idempotency-Key";
/** Says of an answer that it was given before. */
export const REPLAYED_HEADER = "Idempotency-Replayed";

const KEY = /^[\x21-\x7e]{1,64}$/;
/** Trying again gives the same: the others (signed out, too many, away) may end well next time. */
const KEPT_PROBLEMS = [400, 404, 409, 422];
/** As long as a request may be; a longer answer is not kept, and the next try runs again. */
const KEPT_BYTES = 256 * 1024;
/** The other headers are the edge's, made anew for each answer. */
const KEPT_HEADERS = ["content-type", "location"];

/**
 * Runs the rest of a request once under the caller's key, and gives the first answer again where it
 * ran before. Raises `invalid_fields` for a malformed key, `idempotency_mismatch`, `in_progress`, and
 * what keeps the caller out: a stored answer is for whom the door lets in.
 */
export async function runOnce(
  c: HonoContext<AppEnv>,
  key: string,
  next: Next,
): Promise<Response | undefined> {
  if (!KEY.test(key)) throw invalidField(KEY_HEADER, "must be 1 to 64 visible ASCII characters");
  const ctx = userContext(c);
  const claim = { key, fingerprint: await fingerprintOf(c), holder: newId(ctx.clock.now()) };
  const outcome = await c.get("onceKeeper").begin(ctx, claim);
  ctx.log.note({ once: outcome.kind });
  switch (outcome.kind) {
    case "mismatch":
      throw errors.idempotency_mismatch();
    case "in_progress":
      throw errors.in_progress({ retry_after_seconds: outcome.retry_after_seconds });
    case "replay":
      return replay(outcome.answer);
    case "run": {
      const { entity_id, is_resumed } = outcome;
      ctx.once.current = { entity_id, is_resumed };
      const run = runAndKeep(c, ctx, claim, next);
      // A phone that hangs up meanwhile comes back with its key: the answer must be there by then.
      ctx.afterwards("once_not_run", run);
      await run;
      return undefined;
    }
  }
}

async function runAndKeep(
  c: HonoContext<AppEnv>,
  ctx: UserContext,
  claim: OnceClaim,
  next: Next,
): Promise<void> {
  await next();
  const answer = await answerToKeep(c.res);
  try {
    await c.get("onceKeeper").finish(ctx, claim, answer);
  } catch (error) {
    // The work is done and its answer is true: the key's lease ends by itself, and the next try runs again.
    logFault("once_not_kept", error, { request_id: ctx.origin.request_id });
  }
}

/** Gives what is kept of an answer; null for one that the next try must not get. */
export async function answerToKeep(answer: Response): Promise<OnceAnswer | null> {
  const { status } = answer;
  if (!answer.ok && !KEPT_PROBLEMS.includes(status)) return null;
  const body = await answer.clone().arrayBuffer();
  if (body.byteLength > KEPT_BYTES) return null;
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = answer.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  return { status, headers, body };
}

function replay({ status, headers, body }: OnceAnswer): Response {
  return new Response(body.byteLength === 0 ? null : body, {
    status,
    headers: { ...headers, [REPLAYED_HEADER]: "true" },
  });
}

/** `/api/v1` is another name of `/api`: the path is the one that the router knows. */
async function fingerprintOf(c: HonoContext<AppEnv>): Promise<string> {
  return createHash("sha256")
    .update(`${c.req.method}\n${c.req.path}\n`)
    .update(new Uint8Array(await c.req.arrayBuffer()))
    .digest("hex");
}
