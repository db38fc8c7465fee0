import fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import { withBody } from "./raw-body.ts";

const MIB = 1024 * 1024;
const HOLDS_ALL = 32;

afterEach(() => {
  vi.useRealTimers();
});

function request(body: Uint8Array<ArrayBuffer> | ReadableStream, declared?: number): Request {
  const headers = declared === undefined ? {} : { "content-length": String(declared) };
  return new Request("http://localhost", { method: "PUT", body, headers });
}

function inPieces(pieces: readonly Uint8Array[]): ReadableStream {
  const left = pieces.filter(({ length }) => length > 0);
  return new ReadableStream({
    type: "bytes",
    pull: (controller) => {
      const piece = left.shift();
      if (piece) controller.enqueue(piece.slice());
      else controller.close();
    },
  });
}

it("gives what was sent, in whatever pieces, or refuses it exactly from the limit on", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
      fc.boolean(),
      async (pieces, isDeclared) => {
        const sent = pieces.flatMap((piece) => [...piece]);
        const given = withBody(
          request(inPieces(pieces), isDeclared ? sent.length : undefined),
          100,
          async (body) => await Promise.resolve([...body]),
        );
        if (sent.length <= 100) expect(await given).toEqual(sent);
        else await expect(given).rejects.toMatchObject({ code: "body_too_large" });
      },
    ),
  );
});

it("refuses what is shorter or longer than it said", async () => {
  const pieces = () => inPieces([new Uint8Array(50)]);
  const nothing = async () => await Promise.resolve();
  await expect(withBody(request(pieces(), 51), 100, nothing)).rejects.toMatchObject({
    code: "body_incomplete",
  });
  await expect(withBody(request(pieces(), 49), 100, nothing)).rejects.toMatchObject({
    code: "body_too_large",
  });
});

it("waits a minute for a body that drips, and then has room for others again", async () => {
  vi.useFakeTimers();
  const never = async () => await new Promise<void>(() => undefined);
  const drips = () => new ReadableStream({ type: "bytes", pull: never });
  const holders = Array.from({ length: HOLDS_ALL }, async () => {
    await expect(withBody(request(drips()), MIB, never)).rejects.toMatchObject({
      code: "body_incomplete",
    });
  });
  await expect(withBody(request(drips()), MIB, never)).rejects.toMatchObject({ code: "busy" });
  await vi.advanceTimersByTimeAsync(59_000);
  await expect(withBody(request(drips()), MIB, never)).rejects.toMatchObject({ code: "busy" });
  await vi.advanceTimersByTimeAsync(1_000);
  await Promise.all(holders);
  const body = new Uint8Array(MIB);
  const sum = async (view: Uint8Array) => await Promise.resolve(view.length);
  expect(await withBody(request(body), MIB, sum)).toBe(MIB);
});
