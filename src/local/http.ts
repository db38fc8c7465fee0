import { Buffer } from "node:buffer";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { FaultTable } from "./faults.ts";

/** A server of the local stack that listens on 127.0.0.1 alone. */
export interface LocalServer {
  port: number;
  /** Closes it at once, with every connection that is still open. */
  stop(): Promise<void>;
}

/**
 * Starts an HTTP server on 127.0.0.1. `port` 0 takes a free one. Raises Node's error, with its
 * `code` (EADDRINUSE, …), when it cannot listen.
 */
export async function listen(
  port: number,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<LocalServer> {
  const server: Server = createServer(handler);
  // Clients keep connections for reuse; one that is closed under their hands looks like a fault.
  server.keepAliveTimeout = 15 * 60_000;
  server.requestTimeout = 0;
  server.headersTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The whole body as text, or null once it grows over `limit` bytes or breaks off. */
export function readBody(request: IncomingMessage, limit: number): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) resolve(null);
      else chunks.push(chunk);
    });
    request.on("end", () => {
      const [only] = chunks;
      const whole = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
      resolve(whole.toString("utf8"));
    });
    request.on("error", () => resolve(null));
    request.on("close", () => resolve(null));
  });
}

/** Sends a whole answer; a connection that is gone by now is ignored. */
export function sendText(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Sends a value as JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, "application/json", JSON.stringify(value));
}

/** Whether a browser sent this on behalf of another page than one of this server's own. */
export function isForeignPage(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return origin !== undefined && origin !== `http://${host}`;
}

/** Answers GET (list), POST (replace, JSON list) and DELETE (clear) on a stand-in's fault table. */
export async function serveFaults(
  request: IncomingMessage,
  response: ServerResponse,
  faults: FaultTable<string>,
): Promise<void> {
  if (isForeignPage(request)) return sendJson(response, 403, { error: "not from another page" });
  if (request.method === "DELETE") faults.clear();
  else if (request.method === "POST") {
    const text = await readBody(request, 100_000);
    try {
      faults.setFromJson(JSON.parse(text ?? ""));
    } catch (error) {
      return sendJson(response, 400, { error: error instanceof Error ? error.message : "" });
    }
  } else if (request.method !== "GET")
    return sendJson(response, 405, { error: "GET, POST, DELETE" });
  sendJson(response, 200, faults.list());
}
