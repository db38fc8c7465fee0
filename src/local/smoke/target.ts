/** What a check found wrong, in words for who has to mend it. */
export class Fault extends Error {}

/** An answer, read whole. */
export type Answer = {
  /** What was asked, for the words of a fault. */
  what: string;
  status: number;
  headers: Headers;
  text: string;
};

export type Ask = {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is text. */
  body?: unknown;
};

/** The deployment that is looked at. */
export type Target = {
  /** Its origin. */
  url: string;
  /** Asks for a path. Raises Fault where no answer comes in time. */
  ask: (path: string, ask?: Ask) => Promise<Answer>;
};

/** Opens a deployment; no answer may take longer than `patience_ms`. */
export function openTarget(url: string, patience_ms: number): Target {
  return {
    url,
    ask: async (path, ask = {}) => await askAt(`${url}${path}`, path, ask, patience_ms),
  };
}

/** Asks at a whole address; redirects are not followed. Raises Fault. */
export async function askAt(
  address: string,
  shown: string,
  { method = "GET", headers = {}, body }: Ask,
  patience_ms: number,
): Promise<Answer> {
  const what = `${method} ${shown}`;
  const json = body !== undefined && typeof body !== "string";
  try {
    const response = await fetch(address, {
      method,
      redirect: "manual",
      headers: { ...(json && { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : body }),
      signal: AbortSignal.timeout(patience_ms),
    });
    const text = await response.text();
    return { what, status: response.status, headers: response.headers, text };
  } catch (error) {
    throw new Fault(`${what}: ${whyNot(error, patience_ms)}`, { cause: error });
  }
}

/** Why nothing came back, in words that say where to look. */
function whyNot(error: unknown, patience_ms: number): string {
  if (error instanceof DOMException && error.name === "TimeoutError")
    return `said nothing for ${patience_ms / 1_000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as { code?: unknown } | undefined)?.code;
  switch (code) {
    case "ECONNREFUSED":
      return "nobody listens there: is the Worker deployed, and the port right?";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "this name has no address: is the custom domain set up, and its DNS record there?";
    default:
      return `no answer (${String(code ?? (cause instanceof Error ? cause.message : error))})`;
  }
}
