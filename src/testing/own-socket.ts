import { exports } from "cloudflare:workers";
import { afterEach } from "vitest";
import { until } from "./until.ts";

/** A frame of a user's own socket, as API.md names them. */
export type OwnFrame = {
  type: string;
  rule_id?: string;
  percent?: number;
  used_seconds?: number;
  limit_seconds?: number;
  policy_version?: string;
};

const open: WebSocket[] = [];

/** Registers that every test of a file closes the sockets it opened. */
export function closeSocketsAfterEach(): void {
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });
}

/** A connected phone: all it heard, in order. */
export class Listener {
  readonly frames: OwnFrame[] = [];
  pongs = 0;
  closed: number | null = null;
  readonly socket: WebSocket;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (data === "pong") this.pongs += 1;
      else this.frames.push(JSON.parse(String(data)) as OwnFrame);
    });
    socket.addEventListener("close", ({ code }) => {
      this.closed = code;
    });
    socket.accept();
    open.push(socket);
  }

  get last(): OwnFrame | undefined {
    return this.frames.at(-1);
  }

  /** The frames of a kind so far. */
  of(type: string): OwnFrame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  /** What it heard since it was asked last, by kind, in order. */
  get news(): string[] {
    return this.frames.splice(0).map(({ type }) => type);
  }

  /** Waits until everything sent before has arrived: the answer to a frame comes behind it. */
  async catchUp(): Promise<void> {
    const answered = this.frames.length;
    this.socket.send(JSON.stringify({ type: "resume" }));
    await until("what was sent before", async () => this.frames.length > answered);
    this.frames.pop();
  }
}

/** Asks for a socket of one's own, with the headers of an upgrade and those given. */
export async function knockOwn(headers: Record<string, string>, query = ""): Promise<Response> {
  return await exports.default.fetch(
    new Request(`http://localhost/api/users/me/live${query}`, {
      headers: { upgrade: "websocket", ...headers },
    }),
  );
}

/** Connects a phone; gives it once it was greeted. */
export async function listen(user: { access_token: string }): Promise<Listener> {
  const answer = await knockOwn({ authorization: `Bearer ${user.access_token}` });
  if (!answer.webSocket) throw new Error(`${answer.status}: ${await answer.text()}`);
  const listener = new Listener(answer.webSocket);
  await until("the greeting", async () => listener.frames.length > 0);
  return listener;
}
