import { Buffer } from "node:buffer";
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault, FaultTable } from "../faults.ts";
import { createFaultTable } from "../faults.ts";
import { failAnswer, HTTP_FAULT_MODES, isHttpFault } from "../http-faults.ts";
import { isForeignPage, listen, readBody, sendJson, sendText, serveFaults } from "../http.ts";
import { createPool } from "./connections.ts";
import type { Call } from "./gateway.ts";
import { createGateway } from "./gateway.ts";
import { readSession, sessionJson } from "./session.ts";
import type { EndpointStats } from "./stats.ts";
import { createStats } from "./stats.ts";
import { statementKind } from "./statement.ts";
import { createTransactions } from "./transactions.ts";

/** Ways for the endpoint to fail on order; see `faults.ts` for the other fields of a fault. */
export const PLANETSCALE_FAULT_MODES = [
  ...HTTP_FAULT_MODES,
  "deadlock",
  "lock_wait",
  "rollback_fails",
] as const;

export type PlanetScaleFaultMode = (typeof PLANETSCALE_FAULT_MODES)[number];

export interface PlanetScaleOptions {
  /** The server behind, with the database's name: `mysql://user:password@127.0.0.1:3306/focus`. */
  databaseUrl: string;
  /** The same server's Unix socket, where it has one: faster. */
  socketPath?: string | undefined;
  /** 0 or nothing takes a free port. */
  port?: number;
  username?: string;
  /** Made up when left out. */
  password?: string;
  /** How long a transaction may last, in ms; PlanetScale's 20 s when left out. */
  transactionMs?: number;
  /** Decides which calls a fault's `share` hits; seeded in tests. */
  random?: () => number;
  log?: (line: string) => void;
}

export interface PlanetScaleEndpoint {
  /** What `@planetscale/database` takes as `url`: `http://user:password@127.0.0.1:port/database`. */
  url: string;
  port: number;
  faults: FaultTable<PlanetScaleFaultMode>;
  stats: EndpointStats;
  /** Closes every connection, to clients and to the server behind. */
  stop(): Promise<void>;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const SERVICE = "/psdb.v1alpha1.Database/";
const BODIES = {
  server_error: '{"error":{"code":"internal","message":"Internal Server Error"}}',
  too_many: '{"error":{"code":"resource_exhausted","message":"Too Many Requests"}}',
};

/**
 * Starts an HTTP server that speaks PlanetScale's protocol to `@planetscale/database`, in front of a
 * MariaDB or MySQL server, by PlanetScale's rules. `GET|POST|DELETE /_faults` and `GET|DELETE /_stats`
 * do from outside what `faults` and `stats` do from inside. The server behind may come and go.
 */
export async function startPlanetScale(options: PlanetScaleOptions): Promise<PlanetScaleEndpoint> {
  const username = options.username ?? "local";
  const password = options.password ?? `pscale_pw_${randomBytes(16).toString("hex")}`;
  const database = decodeURIComponent(new URL(options.databaseUrl).pathname.slice(1));
  const credentials = Buffer.from(`Basic ${btoa(`${username}:${password}`)}`);
  const pool = createPool(options.databaseUrl, options.socketPath);
  const transactions = createTransactions(pool, options.transactionMs ?? 20_000);
  const gateway = createGateway(database, pool, transactions);
  const faults = createFaultTable(PLANETSCALE_FAULT_MODES, {
    refusals: ["deadlock", "lock_wait", "rollback_fails"],
    random: options.random,
  });
  const stats = createStats(
    () => transactions.size,
    () => pool.size,
  );

  async function execute(body: string, response: ServerResponse): Promise<void> {
    const request = parseBody(body);
    if (typeof request?.query !== "string") return sendUnreadable(response);
    const { query: sql, session } = request;
    stats.countStatement(sql);
    const call: Call = { sql, session, ordered: null, interrupt: null };
    response.on("close", () => {
      if (!response.writableFinished) call.interrupt?.();
    });
    const isRollback = statementKind(sql) === "rollback";
    const fault = faults.pick(sql, (mode) => mode !== "rollback_fails" || isRollback);
    if (fault !== null) return executeFailing(call, fault, response);
    const answer = await gateway.execute(call);
    sendText(response, 200, "application/json", answer);
  }

  async function executeFailing(
    call: Call,
    fault: Fault<PlanetScaleFaultMode>,
    response: ServerResponse,
  ): Promise<void> {
    stats.countFault(fault.mode);
    const { mode } = fault;
    if (!isHttpFault(mode)) {
      call.ordered = mode;
      return sendText(response, 200, "application/json", await gateway.execute(call));
    }
    const takesEffect = mode === "slow" || mode === "lost" || fault.when === "after";
    if (mode === "slow" && fault.when !== "after") await delay(fault.delay_ms ?? 1000);
    const good = takesEffect ? await gateway.execute(call) : undefined;
    if (mode === "slow" && fault.when === "after") await delay(fault.delay_ms ?? 1000);
    failAnswer(response, mode, BODIES, good);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split("?", 1)[0] ?? "/";
    if (path === "/_faults") return serveFaults(request, response, faults);
    if (path === "/_stats") return serveStats(request, response, stats);
    if (request.method !== "POST" || !path.startsWith(SERVICE)) {
      return sendError(response, 404, "not_found", "no such procedure");
    }
    stats.countRequest();
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === null) return sendUnreadable(response);
    if (!isAuthorized(request.headers.authorization, credentials)) {
      return sendError(response, 401, "unauthenticated", "invalid username or password");
    }
    switch (path.slice(SERVICE.length)) {
      case "Execute":
        return execute(body, response);
      case "CreateSession": {
        const session = sessionJson(readSession(null));
        const user = `{"username":${JSON.stringify(username)},"psid":"local"}`;
        const answer = `{"branch":${JSON.stringify(database)},"user":${user},"session":${session}}`;
        return sendText(response, 200, "application/json", answer);
      }
      case "CloseSession": {
        const session = parseBody(body)?.session;
        await gateway.execute({ sql: "ROLLBACK", session, ordered: null, interrupt: null });
        return sendText(response, 200, "application/json", "{}");
      }
      default:
        return sendError(response, 404, "unimplemented", "no such procedure");
    }
  }

  const server = await listen(options.port ?? 0, (request, response) => {
    serve(request, response).catch((error: unknown) => {
      options.log?.(`PlanetScale endpoint: ${String(error)}`);
      sendText(response, 500, "application/json", BODIES.server_error);
    });
  });
  return {
    url: `http://${encodeURIComponent(username)}:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${encodeURIComponent(database)}`,
    port: server.port,
    faults,
    stats,
    async stop() {
      await server.stop();
      transactions.stop();
      await pool.close();
    },
  };
}

function parseBody(body: string): { query?: unknown; session?: unknown } | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" ? parsed : null;
  } catch {
    return null;
  }
}

function isAuthorized(header: string | undefined, credentials: Buffer): boolean {
  const given = Buffer.from(header ?? "");
  return given.length === credentials.length && timingSafeEqual(given, credentials);
}

function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  sendJson(response, status, { error: { code, message } });
}

function sendUnreadable(response: ServerResponse): void {
  sendError(response, 400, "invalid_argument", "the request cannot be read");
}

function serveStats(
  request: IncomingMessage,
  response: ServerResponse,
  stats: EndpointStats,
): void {
  if (isForeignPage(request)) return sendJson(response, 403, { error: "not from another page" });
  if (request.method === "DELETE") stats.reset();
  sendJson(response, 200, stats.read());
}
