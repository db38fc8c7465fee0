import type { IncomingMessage, ServerResponse } from "node:http";
import { listen, readBody, type LocalServer } from "../http.ts";

/** What a spoiling proxy makes of an answer; null lets it through. */
export type Spoiled = { status?: number; headers?: Record<string, string | null>; text?: string };
/** Says what is made of an answer, by its path, method and text. */
export type Spoil = (path: string, method: string, text: string) => Spoiled | "hang" | null;

/** Stands before an API and spoils its answers as it is told to at each. */
export async function startSpoilingProxy(origin: string, spoil: Spoil): Promise<LocalServer> {
  return await listen(0, (incoming, outgoing) => {
    handOn(origin, spoil, incoming, outgoing).catch(() => outgoing.destroy());
  });
}

async function handOn(
  origin: string,
  spoil: Spoil,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = "GET", url: path = "/" } = incoming;
  const { host: _host, connection: _connection, ...asked } = incoming.headers;
  const body = await readBody(incoming, 1024 * 1024);
  const answer = await fetch(`${origin}${path}`, {
    method,
    redirect: "manual",
    headers: asked as Record<string, string>,
    ...(method === "GET" ? {} : { body }),
  });
  const text = Buffer.from(await answer.arrayBuffer());
  const change = spoil(path, method, text.toString());
  if (change === "hang") return;
  const headers = new Headers(answer.headers);
  for (const [name, value] of Object.entries(change?.headers ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  for (const name of ["content-length", "content-encoding", "transfer-encoding"])
    headers.delete(name);
  outgoing.writeHead(change?.status ?? answer.status, Object.fromEntries(headers));
  outgoing.end(change?.text ?? text);
}
