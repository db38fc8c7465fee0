import { Agent, request } from "node:http";

/** One request of the bench. */
export type Ask = {
  method: "GET" | "POST";
  path: string;
  access_token?: string;
  /** JSON text. */
  body?: string;
};

/** How it was answered, and after how many ms its last byte was there. */
export type Answer = { status: number; text: string; ms: number; at: number };

/** Sends requests over connections that are kept open, at most `connections` at once. */
export class HttpClient {
  private readonly agent: Agent;
  private readonly host: string;
  private readonly port: string;

  constructor(url: string, connections: number) {
    const { hostname, port } = new URL(url);
    this.host = hostname;
    this.port = port;
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Sends one request; an answer that does not come is one with status 0. */
  async send({ method, path, access_token, body }: Ask): Promise<Answer> {
    const from = performance.now();
    const headers: Record<string, string | number> = {};
    if (access_token !== undefined) headers["authorization"] = `Bearer ${access_token}`;
    if (body !== undefined) {
      headers["content-type"] = "application/json";
      headers["content-length"] = Buffer.byteLength(body);
    }
    return await new Promise((resolve) => {
      const done = (status: number, text: string) => {
        const at = performance.now();
        resolve({ status, text, ms: at - from, at });
      };
      const { host, port, agent } = this;
      const sent = request({ host, port, agent, method, path, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", (error) => done(0, error.message));
        response.on("end", () => done(response.statusCode ?? 0, Buffer.concat(parts).toString()));
      });
      sent.on("error", (error) => done(0, error.message));
      sent.end(body);
    });
  }

  /** Closes all connections. */
  close(): void {
    this.agent.destroy();
  }
}
