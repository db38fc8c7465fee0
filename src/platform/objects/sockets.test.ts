import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { signUp } from "../../testing/api.ts";
import { closeSocketsAfterEach, listen } from "../../testing/own-socket.ts";
import { until } from "../../testing/until.ts";
import { Sockets } from "./sockets.ts";
import { userStub } from "../../testing/objects.ts";

closeSocketsAfterEach();

const MIB = 1024 * 1024;
const PART = 64 * 1024;
/** Two bytes. */
const LETTER = "é";

/** Somebody's socket that was just opened and pinged; `send` sends them so many bytes. */
async function reader() {
  const user = await signUp();
  const phone = await listen(user);
  const stub = userStub(user);
  const send = async (bytes: number) =>
    await runInDurableObject(stub, (_, state) => {
      const sockets = new Sockets(state, "board");
      for (let left = bytes; left > 0; left -= PART) {
        const padding = Math.min(left, PART) - 2;
        const text = JSON.stringify(
          LETTER.repeat(Math.floor(padding / 2)) + "x".repeat(padding % 2),
        );
        for (const socket of sockets.all()) sockets.send(socket, text);
      }
    });
  const ping = async () => {
    const before = phone.pongs;
    phone.socket.send("ping");
    await until("the pong", async () => phone.pongs > before);
  };
  await ping();
  // The first frame after a ping begins the count.
  return { phone, send, ping };
}

describe("a reader who gives no sign", () => {
  it("is heard out up to 1 MiB, and closed beyond", async () => {
    const { phone, send } = await reader();
    await send(MIB);
    await send(4);
    await until("all of it", async () => phone.frames.length === 18);
    expect(phone.closed).toBeNull();
    await send(4);
    await until("the close", async () => phone.closed !== null);
    expect(phone.closed).toBe(4408);
    expect(phone.frames).toHaveLength(18);
  });
});

describe("a reader who pings", () => {
  it("is never closed, however much they were sent", async () => {
    const { phone, send, ping } = await reader();
    for (let round = 0; round < 4; round += 1) {
      await send(MIB);
      await ping();
    }
    await send(4);
    await ping();
    expect(phone.closed).toBeNull();
  });

  it("needs a fresh ping for each MiB", async () => {
    const { phone, send, ping } = await reader();
    await send(MIB + 4);
    await ping();
    await send(MIB + 4);
    await until("all of it", async () => phone.frames.length === 1 + 2 * 17);
    expect(phone.closed).toBeNull();
    await send(4);
    await until("the close", async () => phone.closed === 4408);
  });
});

describe("a runtime that counts by itself", () => {
  it("is believed: up to 1 MiB unread is sent, beyond it closes", () => {
    const [patient, late] = [MIB, MIB + 1].map((bufferedAmount) => {
      const done: (string | number)[] = [];
      const socket = {
        bufferedAmount,
        readyState: WebSocket.READY_STATE_OPEN,
        deserializeAttachment: () => ({ unread: 2 * MIB, read_at: 0 }),
        serializeAttachment: () => undefined,
        send: (frame: string) => void done.push(frame),
        close: (code: number) => void done.push(code),
      };
      const state = {
        setWebSocketAutoResponse: () => undefined,
        getWebSocketAutoResponseTimestamp: () => null,
      };
      const sockets = new Sockets(state as unknown as DurableObjectState, "board");
      sockets.send(socket as unknown as WebSocket, "a frame");
      return done;
    });
    expect([patient, late]).toEqual([["a frame"], [4408]]);
  });
});
