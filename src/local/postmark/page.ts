import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { sendText } from "../http.ts";
import type { Mailbox } from "./mailbox.ts";
import { standInApp } from "./stand-in-app.ts";

const FOLDER = join(import.meta.dirname, "page");
const FILES = new Map([
  ["/", ["page.html", "text/html; charset=utf-8"]],
  ["/page.css", ["page.css", "text/css; charset=utf-8"]],
  ["/page.js", ["page.js", "text/javascript; charset=utf-8"]],
  ["/app.css", ["app.css", "text/css; charset=utf-8"]],
  ["/app.js", ["app.js", "text/javascript; charset=utf-8"]],
] as const);

// The page's own script makes all elements itself and never reads a mail as HTML.
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
// A mail runs no script and loads nothing from anywhere; its links open in a tab of their own.
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/** Serves the page that shows the mails, the HTML part of one mail for its frame, and the app's stand-in. */
export function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  mailbox: Mailbox,
  api_url: string | null,
): void {
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cache-control", "no-store");
  if (request.method !== "GET") return sendText(response, 405, "text/plain", "GET only");
  const file = FILES.get(path as "/");
  if (file !== undefined) {
    response.setHeader("content-security-policy", PAGE_POLICY);
    readFile(join(FOLDER, file[0]), "utf8").then(
      (text) => sendText(response, 200, file[1], text),
      () => sendText(response, 500, "text/plain", "the page is missing"),
    );
    return;
  }
  if (api_url !== null && /^\/app(\/|$)/.test(path)) {
    const { html, content_security_policy } = standInApp(path.slice("/app".length) || "/", api_url);
    response.setHeader("content-security-policy", content_security_policy);
    return sendText(response, 200, "text/html; charset=utf-8", html);
  }
  const id = /^\/messages\/([\w-]+)\.html$/.exec(path)?.[1];
  const message = id === undefined ? undefined : mailbox.get(id);
  if (message === undefined) return sendText(response, 404, "text/plain", "not found");
  response.setHeader("content-security-policy", MAIL_POLICY);
  sendText(response, 200, "text/html; charset=utf-8", withLinkTarget(message.html));
}

function withLinkTarget(html: string): string {
  const base = '<base target="_blank">';
  return /<head[\s>]/i.test(html) ? html.replace(/<head[^>]*>/i, `$&${base}`) : `${base}${html}`;
}
