import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault, FaultTable } from "../faults.ts";
import { createFaultTable } from "../faults.ts";
import { failAnswer, HTTP_FAULT_MODES, isHttpFault } from "../http-faults.ts";
import { isForeignPage, listen, readBody, sendJson, sendText, serveFaults } from "../http.ts";
import { openMailbox } from "./mailbox.ts";
import type { CaughtMessage, Rejection } from "./message.ts";
import { addressesIn, inactive, invalid, readMessage } from "./message.ts";
import { servePage } from "./page.ts";

/** Ways for the catcher to fail on order; `inactive` and `invalid` hit single messages of a batch. */
export const MAIL_FAULT_MODES = [
  ...HTTP_FAULT_MODES,
  "bad_token",
  "inactive",
  "invalid",
  "mixed",
] as const;

export type MailFaultMode = (typeof MAIL_FAULT_MODES)[number];

export interface MailCatcherOptions {
  /** 0 takes a free port. */
  port: number;
  /** Where mails outlive the process; without it they do not. */
  folder?: string;
  /** The API that the stand-in for the app at `/app` calls; without it there is none. */
  api_url?: string;
  /** The server token that senders must show. */
  token: string;
  /** Decides which calls a fault's `share` hits; seeded in tests. */
  random?: () => number;
  log?: (line: string) => void;
}

export interface MailCatcher {
  port: number;
  /** The page; `POSTMARK_HOST` takes its `host` ("127.0.0.1:8025"). */
  url: string;
  host: string;
  /** Oldest first. */
  readonly messages: readonly CaughtMessage[];
  /** Waits (at most `waitMs`) until there is a mail to this address, and gives all such, newest first. */
  waitFor(to: string, waitMs?: number): Promise<CaughtMessage[]>;
  faults: FaultTable<MailFaultMode>;
  /** What was asked of it so far: HTTP calls to send, and messages in them. */
  readonly stats: { calls: number; messages: number };
  clear(): void;
  stop(): Promise<void>;
}

const MAX_BATCH = 500;
const MAX_BODY_BYTES = 50 * 1024 * 1024;
const LONGEST_WAIT_MS = 30_000;
/** What a fault's `match` is held against where a call has no message. */
const SERVER = "server";
const SERVER_ANSWER = { ID: 1, Name: "Focus", DeliveryType: "Sandbox" };
const OK = { ErrorCode: 0, Message: "OK" };
const BODIES = {
  server_error: '{"ErrorCode":500,"Message":"Internal server error."}',
  too_many: '{"ErrorCode":429,"Message":"Rate limit exceeded."}',
};

/**
 * Starts a stand-in for Postmark's API (`POST /email`, `POST /email/batch`, `GET /server`) that keeps what it is
 * sent: a page at `/`, `GET /api/messages?to=&limit=&wait_ms=`, `DELETE /api/messages`, and
 * `GET|POST|DELETE /_faults`. Raises Node's error when the port is taken.
 */
export async function startMailCatcher(options: MailCatcherOptions): Promise<MailCatcher> {
  const mailbox = openMailbox(options.folder ?? null);
  const faults = createFaultTable(MAIL_FAULT_MODES, options.random);
  const stats = { calls: 0, messages: 0 };

  /** Takes one message in, or says why not. */
  function take(wire: unknown, caught: CaughtMessage[], spoiled: Rejection["ErrorCode"] | null) {
    stats.messages += 1;
    const receivedAt = new Date().toISOString();
    const message = readMessage(wire, randomUUID(), receivedAt);
    if ("ErrorCode" in message) return message;
    const fault = faults.pick(message.to, (mode) => mode === "inactive" || mode === "invalid");
    if (spoiled === 406 || fault?.mode === "inactive") return inactive(addressesIn(message.to));
    if (spoiled === 300 || fault?.mode === "invalid") return invalid("Invalid email request.");
    caught.push(message);
    return { To: message.to, SubmittedAt: receivedAt, MessageID: message.id, ...OK };
  }

  /** Takes a whole call in; its messages are kept together, once all are read. */
  function accept(body: unknown, mixed: boolean): { status: number; answer: unknown } {
    const caught: CaughtMessage[] = [];
    if (!Array.isArray(body)) {
      const answer = take(body, caught, null);
      mailbox.add(caught);
      return { status: answer.ErrorCode === 0 ? 200 : 422, answer };
    }
    if (body.length > MAX_BATCH) {
      const Message = `Too many messages in batch: ${MAX_BATCH} at most.`;
      return { status: 422, answer: { ErrorCode: 410, Message } };
    }
    const answer = body.map((wire: unknown, index) => {
      const spoiled = mixed ? ([null, 406, 300][index % 3] ?? null) : null;
      return take(wire, caught, spoiled);
    });
    mailbox.add(caught);
    return { status: 200, answer };
  }

  async function send(
    request: IncomingMessage,
    response: ServerResponse,
    batch: boolean,
  ): Promise<void> {
    stats.calls += 1;
    const text = await readBody(request, MAX_BODY_BYTES);
    const fault = faults.pick(text ?? "", (mode) => mode !== "inactive" && mode !== "invalid");
    if (
      fault?.mode === "bad_token" ||
      request.headers["x-postmark-server-token"] !== options.token
    ) {
      return sendJson(response, 401, { ErrorCode: 10, Message: "Bad or missing API token." });
    }
    const body = parse(text);
    if (body === undefined || batch !== Array.isArray(body)) {
      return sendJson(response, 422, { ErrorCode: 402, Message: "Invalid JSON." });
    }
    if (fault !== null && isHttpFault(fault.mode)) {
      return sendFailing(body, fault as Fault<typeof fault.mode>, response);
    }
    const { status, answer } = accept(body, fault?.mode === "mixed");
    sendJson(response, status, answer);
  }

  async function sendFailing(
    body: unknown,
    fault: Fault<(typeof HTTP_FAULT_MODES)[number]>,
    response: ServerResponse,
  ): Promise<void> {
    const { mode, when, delay_ms: delayMs = 1000 } = fault;
    if (mode === "slow" && when !== "after") await delay(delayMs);
    const takesEffect = mode === "slow" || mode === "lost" || when === "after";
    const accepted = takesEffect ? accept(body, false) : null;
    if (mode === "slow" && when === "after") await delay(delayMs);
    const good = JSON.stringify(accepted?.answer ?? OK);
    if (mode === "slow")
      return sendText(response, accepted?.status ?? 200, "application/json", good);
    failAnswer(response, mode, BODIES, good);
  }

  /** Whom a token belongs to: what a sender asks to learn whether it would be let in. */
  function tellOfServer(request: IncomingMessage, response: ServerResponse): void {
    const fault = faults.pick(SERVER, (mode) => mode === "bad_token" || isHttpFault(mode));
    if (
      fault?.mode === "bad_token" ||
      request.headers["x-postmark-server-token"] !== options.token
    ) {
      return sendJson(response, 401, { ErrorCode: 10, Message: "Bad or missing API token." });
    }
    if (fault !== null && isHttpFault(fault.mode)) {
      return failAnswer(response, fault.mode, BODIES, JSON.stringify(SERVER_ANSWER));
    }
    sendJson(response, 200, SERVER_ANSWER);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const call = `${request.method} ${url.pathname}`;
    if (url.pathname === "/_faults") {
      return serveFaults(request, response, faults);
    }
    if (call === "POST /email") return send(request, response, false);
    if (call === "POST /email/batch") return send(request, response, true);
    if (call === "GET /server") return tellOfServer(request, response);
    // Other pages must neither read the mails nor throw them away.
    if (isForeignPage(request)) return sendJson(response, 403, { error: "not from another page" });
    if (call === "GET /api/messages") {
      const to = url.searchParams.get("to");
      const limit = Number(url.searchParams.get("limit") ?? 100) || 100;
      const wait = Math.min(Number(url.searchParams.get("wait_ms")) || 0, LONGEST_WAIT_MS);
      const query = { limit, ...(to !== null && { to }) };
      return sendJson(response, 200, await mailbox.listOrWait(query, wait));
    }
    if (call === "DELETE /api/messages") {
      mailbox.clear();
      return sendText(response, 200, "application/json", "[]");
    }
    servePage(request, response, url.pathname, mailbox, options.api_url ?? null);
  }

  const server = await listen(options.port, (request, response) => {
    serve(request, response).catch((error: unknown) => {
      options.log?.(`mail catcher: ${String(error)}`);
      sendText(response, 500, "application/json", BODIES.server_error);
    });
  });
  const host = `127.0.0.1:${server.port}`;
  return {
    port: server.port,
    url: `http://${host}`,
    host,
    get messages() {
      return mailbox.messages;
    },
    waitFor: (to, waitMs = 5000) => mailbox.listOrWait({ to }, waitMs),
    faults,
    stats,
    clear: () => mailbox.clear(),
    stop: () => server.stop(),
  };
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
