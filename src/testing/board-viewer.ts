import { exports } from "cloudflare:workers";
import { afterEach } from "vitest";
import type { TestUser } from "./api.ts";
import { until } from "./until.ts";

/** A line of a board. */
export type Line = {
  rank: number;
  user: { id: string; display_name: string; avatar_url: string | null };
  score: number;
  coverage: number;
  days_reported: number;
  days_total: number;
};

/** A frame of a board, as API.md names them. */
export type BoardFrame = {
  type: "snapshot" | "changes" | "final";
  version: number;
  status?: string;
  total: number;
  entries: Line[];
  me: Line | null;
};

const open: WebSocket[] = [];

/** Registers that every test of a file closes the sockets it opened. */
export function closeViewersAfterEach(): void {
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });
}

/** Keeps a copy of a board from its frames alone, as API.md says. */
export class Viewer {
  readonly frames: BoardFrame[] = [];
  readonly at: number[] = [];
  pongs = 0;
  entries: Line[] = [];
  closed: number | null = null;
  readonly socket: WebSocket;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (data === "pong") {
        this.pongs += 1;
        return;
      }
      const told = JSON.parse(String(data)) as BoardFrame;
      this.frames.push(told);
      this.at.push(performance.now());
      this.entries = told.type === "changes" ? merged(this.entries, told.entries) : told.entries;
    });
    socket.addEventListener("close", ({ code }) => {
      this.closed = code;
    });
    socket.accept();
    open.push(socket);
  }

  get last(): BoardFrame {
    return this.frames.at(-1)!;
  }

  get versions(): number[] {
    return this.frames.map(({ version }) => version);
  }
}

function merged(known: Line[], changed: Line[]): Line[] {
  const byUser = new Map([...known, ...changed].map((entry) => [entry.user.id, entry]));
  return [...byUser.values()]
    .sort((a, b) => a.rank - b.rank || (a.user.id < b.user.id ? -1 : 1))
    .slice(0, 50);
}

/** The headers of somebody's upgrade to a socket. */
export const bearer = (user: { access_token: string }) => ({
  upgrade: "websocket",
  authorization: `Bearer ${user.access_token}`,
});

/** Asks for a socket on a board, with these headers. */
export async function knockBoard(
  id: string,
  headers: Record<string, string>,
  query = "",
): Promise<Response> {
  return await exports.default.fetch(
    new Request(`http://localhost/api/challenges/${id}/live${query}`, { headers }),
  );
}

/** Opens somebody's socket on a board; gives it once it has shown itself. */
export async function viewBoard(user: TestUser, id: string): Promise<Viewer> {
  const answer = await knockBoard(id, bearer(user));
  if (!answer.webSocket) throw new Error(`${answer.status}: ${await answer.text()}`);
  const viewer = new Viewer(answer.webSocket);
  await until("the first frame", async () => viewer.frames.length > 0);
  return viewer;
}
