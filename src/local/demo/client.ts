import { z } from "zod";
import { pause } from "./pause.ts";

/** The API, or a part of the stack, said something that the demo cannot go on with. */
export class UnexpectedAnswer extends Error {}

/** One call, and what its answer must look like. */
export type Ask<T> = {
  method: "GET" | "POST";
  /** Below `/api`. */
  path: string;
  token?: string;
  body?: unknown;
  status: readonly number[];
  shape: z.ZodType<T>;
};

/** An answer as it was asked for. Instants in ms of `performance.now()`. */
export type Answer<T> = { status: number; body: T; sent_at: number; answered_at: number };

export interface Client {
  /** Calls the API. Waits and repeats where it says `Retry-After`; raises UnexpectedAnswer for any other answer than asked for. */
  ask<T>(ask: Ask<T>): Promise<Answer<T>>;
}

export type ClientOptions = {
  /** The API's address, without `/api`. */
  url: string;
  /** Ends every call with its reason. */
  signal: AbortSignal;
  /** Is told why a call has to wait. */
  onWait: (text: string) => void;
};

const PATIENCE_MS = 15_000;
const MOST_TRIES = 4;
const LONGEST_WAIT_SECONDS = 60;

const problemSchema = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  code: z.string().optional(),
  request_id: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** A client as a phone has one: JSON both ways, and patience when the API asks for it. */
export function openClient({ url, signal, onWait }: ClientOptions): Client {
  return {
    async ask(ask) {
      for (let tries = 1; ; tries += 1) {
        const sent_at = performance.now();
        const { response, text } = await call(url, ask, signal);
        const answered_at = performance.now();
        if (ask.status.includes(response.status)) {
          return { status: response.status, body: read(ask, text), sent_at, answered_at };
        }
        const wait = waitSeconds(response);
        if (wait === null || tries === MOST_TRIES) throw refused(ask, response.status, text);
        onWait(`${nameOf(ask)} answered ${response.status}: again in ${wait} s`);
        await pause(wait * 1_000, signal);
      }
    },
  };
}

async function call(
  url: string,
  { method, path, token, body }: Ask<unknown>,
  signal: AbortSignal,
): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    return { response, text: await response.text() };
  } catch (error) {
    signal.throwIfAborted();
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    const why = isLate ? `said nothing for ${PATIENCE_MS / 1_000} s` : "does not answer";
    throw new UnexpectedAnswer(`${url} ${why} (${method} ${path}).`, { cause: error });
  }
}

function read<T>(ask: Ask<T>, text: string): T {
  const parsed = ask.shape.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw new UnexpectedAnswer(
    `${nameOf(ask)} answered in another shape: ${where} ${issue?.message ?? ""}\n${text.slice(0, 300)}`,
  );
}

function refused(ask: Ask<unknown>, status: number, text: string): UnexpectedAnswer {
  const problem = problemSchema.safeParse(jsonOf(text)).data;
  const fields = (problem?.errors ?? []).map(({ path, message }) => `${path} ${message}`);
  const words = [problem?.code, problem?.detail ?? problem?.title, ...fields].filter(Boolean);
  const request = problem?.request_id === undefined ? "" : ` (request ${problem.request_id})`;
  const said = words.length > 0 ? words.join("; ") : text.slice(0, 300);
  return new UnexpectedAnswer(
    `${nameOf(ask)} answered ${status} instead of ${ask.status.join(" or ")}: ${said}${request}`,
  );
}

/** For how long the API asks to wait; null where waiting does not help. */
function waitSeconds(response: Response): number | null {
  if (response.status !== 429 && response.status !== 503) return null;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return seconds >= 0 && seconds <= LONGEST_WAIT_SECONDS ? seconds : null;
}

function nameOf({ method, path }: Ask<unknown>): string {
  return `${method} /api${path}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
