import { Agent, request, type IncomingHttpHeaders } from "node:http";
import type { Ask } from "../recipes.ts";

/** An answer as it came over the wire, and after how many ms its last byte was there. */
export type Heard = { status: number; headers: IncomingHttpHeaders; text: string; ms: number };

const agent = new Agent({ keepAlive: true, maxSockets: 512 });

/**
 * Sends a request as it stands, also one that asks for an upgrade, which `fetch` cannot. Raises Node's
 * error when the connection breaks before there is an answer.
 */
export async function send(
  api_url: string,
  { method, path, headers, body }: Ask,
  more: Record<string, string> = {},
): Promise<Heard> {
  const from = performance.now();
  const heard = Promise.withResolvers<Heard>();
  const asking = request(
    // Not by URL: that would mend what is meant to arrive as it is.
    {
      host: "127.0.0.1",
      port: new URL(api_url).port,
      path,
      method,
      agent,
      headers: {
        // Said always, so that a method that seldom has a body sends it whole.
        ...(body !== undefined && { "content-length": String(Buffer.byteLength(body)) }),
        ...headers,
        ...more,
      },
    },
    (answer) => {
      const { statusCode: status = 0, headers: answered } = answer;
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", heard.reject);
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        heard.resolve({ status, headers: answered, text, ms: performance.now() - from });
      });
    },
  );
  asking.on("upgrade", ({ statusCode: status = 0, headers: answered }, socket) => {
    socket.destroy();
    heard.resolve({ status, headers: answered, text: "", ms: performance.now() - from });
  });
  asking.on("error", (error) => {
    // A kept connection that was closed just before it was used again: nothing was asked yet.
    if (asking.reusedSocket) heard.resolve(send(api_url, { method, path, headers, body }, more));
    else heard.reject(error);
  });
  asking.end(body);
  return await heard.promise;
}

/** An answer's body as JSON; an empty object for anything else. */
export function jsonOf({ text, headers }: Heard): Record<string, unknown> {
  const isJson = headers["content-type"]?.includes("json") ?? false;
  return isJson && text !== "" ? (JSON.parse(text) as Record<string, unknown>) : {};
}

/** What a socket's upgrade needs besides the recipe. */
export const UPGRADE = {
  connection: "upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};
