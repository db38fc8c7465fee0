import { describe, expect, it } from "vitest";
import { send } from "./sockets.ts";

/** Where a runtime counts what a reader has not read; the one under test leaves it out. */
function reader(bufferedAmount: number) {
  const sent: string[] = [];
  const closed: number[] = [];
  const socket = {
    bufferedAmount,
    send: (frame: string) => void sent.push(frame),
    close: (code: number) => void closed.push(code),
  };
  return { socket: socket as unknown as WebSocket, sent, closed };
}

describe("a slow reader", () => {
  it("is heard out up to 1 MiB unread, and closed beyond", () => {
    const patient = reader(1024 * 1024);
    send(patient.socket, "a frame");
    expect([patient.sent, patient.closed]).toEqual([["a frame"], []]);
    const late = reader(1024 * 1024 + 1);
    send(late.socket, "a frame");
    expect([late.sent, late.closed]).toEqual([[], [4408]]);
  });
});
