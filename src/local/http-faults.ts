import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import { sendText } from "./http.ts";

/** Ways for any HTTP stand-in to fail that say nothing of what it stands for. */
export const HTTP_FAULT_MODES = [
  "refused",
  "hung",
  "cut_off",
  "server_error",
  "html",
  "too_many",
  "broken_json",
  "slow",
  "lost",
] as const;

export type HttpFaultMode = (typeof HTTP_FAULT_MODES)[number];

/** The bodies that a stand-in sends in the name of what it stands for, as JSON text. */
export interface FaultBodies {
  server_error: string;
  too_many: string;
}

const HTML_PAGE =
  "<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

/** Whether the mode replaces the answer, so that one takes care of the whole call by `failAnswer`. */
export function isHttpFault(mode: string): mode is HttpFaultMode {
  return (HTTP_FAULT_MODES as readonly string[]).includes(mode);
}

/**
 * Gives the answer that the mode asks for. `good` is the JSON text of the true answer: `cut_off`
 * sends half of it and `broken_json` sends it damaged; where there is none, some JSON is used.
 * "slow" is the caller's own affair and is treated here like no fault.
 */
export function failAnswer(
  response: ServerResponse,
  mode: HttpFaultMode,
  bodies: FaultBodies,
  good = '{"result":{"rows":[]}}',
): void {
  switch (mode) {
    case "refused":
    case "lost":
      response.socket?.destroy();
      return;
    case "hung":
      return;
    case "cut_off": {
      const bytes = Buffer.from(good);
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": bytes.length,
      });
      const half = bytes.subarray(0, Math.floor(bytes.length / 2));
      response.write(half, () => response.socket?.destroy());
      return;
    }
    case "server_error":
      sendText(response, 500, "application/json", bodies.server_error);
      return;
    case "html":
      sendText(response, 502, "text/html; charset=utf-8", HTML_PAGE);
      return;
    case "too_many":
      sendText(response, 429, "application/json", bodies.too_many);
      return;
    case "broken_json":
      sendText(response, 200, "application/json", good.slice(0, Math.floor(good.length / 2)));
      return;
    case "slow":
      sendText(response, 200, "application/json", good);
  }
}
