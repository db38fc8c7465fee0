import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { openClient, UnexpectedAnswer } from "./client.ts";

type Reply = { status: number; body: unknown; retry_after?: string };

let server: Server | null = null;
afterEach(() => {
  server?.close();
  server = null;
});

/** An API that gives these answers one after the other, and a client for it. */
async function clientFor(replies: Reply[]) {
  const asked: string[] = [];
  const waits: string[] = [];
  const abort = new AbortController();
  const listening = Promise.withResolvers<void>();
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`.trim());
    const { status, body, retry_after } = replies.shift() ?? { status: 500, body: {} };
    if (retry_after !== undefined) response.setHeader("retry-after", retry_after);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  }).listen(0, "127.0.0.1", () => listening.resolve());
  await listening.promise;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const onWait = (text: string): void => void waits.push(text);
  return { client: openClient({ url, signal: abort.signal, onWait }), asked, waits, abort, url };
}

const join = {
  method: "POST",
  path: "/challenges/1/join",
  token: "t",
  body: {},
  status: [200],
  shape: z.object({ id: z.string() }),
} as const;

describe("a phone's client", () => {
  it("gives the answer in the shape that was asked for", async () => {
    const { client, asked } = await clientFor([{ status: 200, body: { id: "1", more: true } }]);
    expect(await client.ask(join)).toMatchObject({ status: 200, body: { id: "1" } });
    expect(asked).toEqual(["POST /api/challenges/1/join Bearer t"]);
  });

  it("waits as long as the API asks for, then tries again, and says so", async () => {
    const { client, waits } = await clientFor([
      { status: 503, body: {}, retry_after: "0" },
      { status: 200, body: { id: "1" } },
    ]);
    expect((await client.ask(join)).body.id).toBe("1");
    expect(waits).toEqual(["POST /api/challenges/1/join answered 503: again in 0 s"]);
  });

  it("names call, status, code and field of an answer that it did not expect", async () => {
    const errors = [{ path: "start_date", message: "must be a date" }];
    const problem = {
      code: "invalid_fields",
      title: "Some fields are wrong",
      request_id: "r-1",
      errors,
    };
    const { client } = await clientFor([{ status: 422, body: problem }]);
    await expect(client.ask(join)).rejects.toThrow(
      "POST /api/challenges/1/join answered 422 instead of 200: invalid_fields; Some fields are wrong; start_date must be a date (request r-1)",
    );
  });

  it("takes no other shape for the one it expects", async () => {
    const { client } = await clientFor([{ status: 200, body: { name: "?" } }]);
    await expect(client.ask(join)).rejects.toThrow(/another shape: id/);
  });

  it("says where nobody answers", async () => {
    const { client, url } = await clientFor([]);
    server?.close();
    await expect(client.ask(join)).rejects.toThrow(
      new UnexpectedAnswer(`${url} does not answer (POST /challenges/1/join).`),
    );
  });

  it("stops at once when it is told to, also while it waits", async () => {
    const { client, abort } = await clientFor([{ status: 429, body: {}, retry_after: "30" }]);
    const asking = client.ask(join);
    const stopped = new Error("stopped");
    abort.abort(stopped);
    await expect(asking).rejects.toBe(stopped);
  });
});
