import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** What a server does not have to say when a connection is simply gone. */
export const VANISHED = 1006;

const OPCODES = { text: 1, binary: 2, close: 8 } as const;
const PATIENCE_MS = 10_000;

/** Why a socket did not open: the status of the HTTP answer, 0 for none. */
export class NotOpened extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the socket was not opened: ${status}`);
    this.status = status;
  }
}

/** Who hears what comes in. */
export type Ears = {
  onText: (text: string) => void;
  /** Called once, with the code of the close frame or VANISHED. */
  onEnd: (code: number) => void;
};

/**
 * A WebSocket made by hand on a TCP connection, so that it can do what no library does: stop reading,
 * send what is forbidden, vanish.
 */
export class RawSocket {
  isOpen = true;
  private readonly connection: Socket;
  private readonly ears: Ears;
  private unread: Buffer = Buffer.alloc(0);
  private code = VANISHED;

  private constructor(connection: Socket, ears: Ears, rest: Buffer) {
    this.connection = connection;
    this.ears = ears;
    connection.on("data", (bytes: Buffer) => this.read(bytes));
    connection.on("error", () => connection.destroy());
    connection.on("close", () => this.end());
    this.read(rest);
  }

  /** Opens `path` of a server at `url`. Raises NotOpened. */
  static async open(
    url: string,
    path: string,
    access_token: string,
    ears: Ears,
  ): Promise<RawSocket> {
    const { hostname, port, host } = new URL(url);
    const connection = connect({ host: hostname, port: Number(port), noDelay: true });
    const head = [
      `GET ${path} HTTP/1.1`,
      `Host: ${host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      `Authorization: Bearer ${access_token}`,
    ];
    connection.write(`${head.join("\r\n")}\r\n\r\n`);
    return await new Promise((resolve, reject) => {
      let answer = Buffer.alloc(0);
      const refuse = (status: number) => {
        connection.destroy();
        reject(new NotOpened(status));
      };
      const onGone = () => refuse(0);
      const timer = setTimeout(onGone, PATIENCE_MS);
      connection.on("error", onGone);
      connection.on("close", onGone);
      const onData = (bytes: Buffer) => {
        answer = Buffer.concat([answer, bytes]);
        const end = answer.indexOf("\r\n\r\n");
        if (end < 0) return;
        clearTimeout(timer);
        connection.off("data", onData).off("error", onGone).off("close", onGone);
        const status = Number(answer.subarray(9, 12).toString());
        if (status !== 101) return refuse(status);
        resolve(new RawSocket(connection, ears, answer.subarray(end + 4)));
      };
      connection.on("data", onData);
    });
  }

  sendText(text: string): void {
    this.send(OPCODES.text, Buffer.from(text));
  }

  sendBinary(bytes: Buffer): void {
    this.send(OPCODES.binary, bytes);
  }

  /** Sends bytes that need not be a frame of any protocol. */
  sendRaw(bytes: Buffer): void {
    this.connection.write(bytes);
  }

  /** Reads no more; what comes stays with the systems in between. */
  stopReading(): void {
    this.connection.pause();
  }

  readOn(): void {
    this.connection.resume();
  }

  /** Is gone without a word. */
  vanish(): void {
    this.connection.destroy();
  }

  private send(opcode: number, payload: Buffer): void {
    if (this.connection.destroyed) return;
    const { length } = payload;
    const size = length < 126 ? 1 : length < 65_536 ? 3 : 9;
    const head = Buffer.alloc(1 + size + 4);
    head[0] = 0x80 | opcode;
    if (size === 1) head[1] = 0x80 | length;
    else if (size === 3) {
      head[1] = 0x80 | 126;
      head.writeUInt16BE(length, 2);
    } else {
      head[1] = 0x80 | 127;
      head.writeBigUInt64BE(BigInt(length), 2);
    }
    // A mask of zeros is one too, and leaves the payload as it is.
    this.connection.write(Buffer.concat([head, payload]));
  }

  private read(bytes: Buffer): void {
    this.unread = this.unread.length === 0 ? bytes : Buffer.concat([this.unread, bytes]);
    for (let frame = this.next(); frame; frame = this.next()) {
      if (frame.opcode === OPCODES.text) this.ears.onText(frame.payload.toString());
      if (frame.opcode !== OPCODES.close) continue;
      this.code = frame.payload.length < 2 ? 1005 : frame.payload.readUInt16BE(0);
      this.send(OPCODES.close, frame.payload.subarray(0, 2));
      this.connection.end();
      this.end();
    }
  }

  private next(): { opcode: number; payload: Buffer } | null {
    const { unread } = this;
    if (unread.length < 2) return null;
    const short = (unread[1] ?? 0) & 0x7f;
    const from = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (unread.length < from) return null;
    let length = short;
    if (short === 126) length = unread.readUInt16BE(2);
    else if (short === 127) length = Number(unread.readBigUInt64BE(2));
    if (unread.length < from + length) return null;
    this.unread = unread.subarray(from + length);
    return { opcode: (unread[0] ?? 0) & 0x0f, payload: unread.subarray(from, from + length) };
  }

  private end(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.ears.onEnd(this.code);
  }
}
