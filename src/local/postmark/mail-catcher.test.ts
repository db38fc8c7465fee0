import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as postmark from "postmark";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CaughtMessage } from "./message.ts";
import type { MailCatcher, MailFaultMode } from "./mail-catcher.ts";
import { startMailCatcher } from "./mail-catcher.ts";

let folder: string;
let catcher: MailCatcher;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "focus-mails-"));
  catcher = await startMailCatcher({ port: 0, folder, token: "the-token" });
});

afterEach(async () => {
  await catcher.stop();
  await rm(folder, { recursive: true, force: true });
});

function client(token = "the-token"): postmark.ServerClient {
  return new postmark.ServerClient(token, {
    requestHost: catcher.host,
    useHttps: false,
    timeout: 0.4,
  });
}

function mailTo(To: string, change: Partial<postmark.Message> = {}): postmark.Message {
  return {
    From: "Focus <focus@example.com>",
    To,
    Subject: "Bienvenue, Zoë 😀",
    HtmlBody: "<p>hello</p>",
    TextBody: "hello",
    Tag: "welcome",
    MessageStream: "outbound",
    Metadata: { kind: "verify" },
    Headers: [{ Name: "X-Entity-Ref-ID", Value: "7" }],
    ...change,
  };
}

async function list(query = ""): Promise<CaughtMessage[]> {
  const answer = await fetch(`${catcher.url}/api/messages${query}`);
  return JSON.parse(await answer.text()) as CaughtMessage[];
}

test("a mail that the unmodified client sends is kept with all its parts", async () => {
  const answer = await client().sendEmail(mailTo("Zoë <zoe@example.com>"));
  expect(answer).toMatchObject({ ErrorCode: 0, Message: "OK", To: "Zoë <zoe@example.com>" });
  expect(await list("?to=ZOE@example.com")).toEqual([
    {
      id: answer.MessageID,
      to: "Zoë <zoe@example.com>",
      cc: "",
      bcc: "",
      from: "Focus <focus@example.com>",
      reply_to: "",
      subject: "Bienvenue, Zoë 😀",
      html: "<p>hello</p>",
      text: "hello",
      tag: "welcome",
      stream: "outbound",
      metadata: { kind: "verify" },
      headers: [{ name: "X-Entity-Ref-ID", value: "7" }],
      received_at: expect.stringMatching(/^\d{4}-.*Z$/),
    },
  ]);
  expect(await list("?to=nobody@example.com")).toEqual([]);
});

test("a batch is answered message by message, and a bad one does not spoil its neighbours", async () => {
  catcher.faults.set([{ mode: "inactive", match: "bounced@" }]);
  const answers = await client().sendEmailBatch([
    mailTo("a@example.com"),
    mailTo("no address"),
    mailTo("bounced@example.com"),
    mailTo("b@example.com"),
  ]);
  expect(answers.map(({ ErrorCode }) => ErrorCode)).toEqual([0, 300, 406, 0]);
  expect((await list()).map(({ to }) => to)).toEqual(["b@example.com", "a@example.com"]);
});

test("more than 500 messages in a batch are refused", async () => {
  const batch = Array.from({ length: 501 }, (_, index) => mailTo(`u${index}@example.com`));
  await expect(client().sendEmailBatch(batch)).rejects.toMatchObject({
    statusCode: 422,
    code: 410,
  });
  expect(await client().sendEmailBatch(batch.slice(1))).toHaveLength(500);
  expect(catcher.messages).toHaveLength(500);
});

test("a wrong token is refused", async () => {
  await expect(client("other").sendEmail(mailTo("a@example.com"))).rejects.toMatchObject({
    name: "InvalidAPIKeyError",
    statusCode: 401,
    code: 10,
  });
});

test.for([
  ["no sender", { From: "" }],
  ["no recipient", { To: "" }],
  ["no body", { HtmlBody: "", TextBody: "" }],
  ["a line break in the subject", { Subject: "a\nBcc: x@example.com" }],
  ["metadata that is too long", { Metadata: { kind: "x".repeat(81) } }],
] as const)("a message with %s is invalid", async ([, change]) => {
  const message = mailTo("a@example.com", change);
  await expect(client().sendEmail(message)).rejects.toMatchObject({
    name: "InvalidEmailRequestError",
    code: 300,
  });
});

test("a recipient that is marked inactive is named to the sender", async () => {
  catcher.faults.set([{ mode: "inactive" }]);
  await expect(client().sendEmail(mailTo("Ada <ada@example.com>"))).rejects.toMatchObject({
    name: "InactiveRecipientsError",
    code: 406,
    recipients: ["ada@example.com"],
  });
});

const FAILURES: [MailFaultMode, object][] = [
  ["refused", { message: "fetch failed" }],
  ["hung", { message: expect.stringContaining("timeout") }],
  ["server_error", { statusCode: 500 }],
  ["html", { statusCode: 502 }],
  ["too_many", { statusCode: 429, name: "RateLimitExceededError" }],
  ["bad_token", { statusCode: 401 }],
  ["invalid", { code: 300 }],
];

test.for(FAILURES)("told to fail as %s, it keeps nothing", async ([mode, shape]) => {
  catcher.faults.set([{ mode, times: 1 }]);
  await expect(client().sendEmail(mailTo("a@example.com"))).rejects.toMatchObject(shape);
  expect(catcher.messages).toEqual([]);
  await client().sendEmail(mailTo("a@example.com"));
  expect(catcher.messages).toHaveLength(1);
});

test("told to lose its answer, it keeps the mail", async () => {
  catcher.faults.set([{ mode: "lost" }]);
  await expect(client().sendEmail(mailTo("a@example.com"))).rejects.toThrow("fetch failed");
  expect(catcher.messages).toHaveLength(1);
});

test("a mixed batch has all three outcomes", async () => {
  catcher.faults.set([{ mode: "mixed" }]);
  const batch = ["a", "b", "c", "d"].map((name) => mailTo(`${name}@example.com`));
  const answers = await client().sendEmailBatch(batch);
  expect(answers.map(({ ErrorCode }) => ErrorCode)).toEqual([0, 406, 300, 0]);
});

test("mails outlive the catcher in its folder, until they are deleted", async () => {
  await client().sendEmail(mailTo("a@example.com"));
  await catcher.stop();
  catcher = await startMailCatcher({ port: 0, folder, token: "the-token" });
  expect(catcher.messages).toHaveLength(1);
  await fetch(`${catcher.url}/api/messages`, { method: "DELETE" });
  await catcher.stop();
  catcher = await startMailCatcher({ port: 0, folder, token: "the-token" });
  expect(catcher.messages).toEqual([]);
});

test("whoever waits for a mail is answered when it arrives", async () => {
  const waiting = list("?to=late@example.com&wait_ms=5000");
  await client().sendEmail(mailTo("other@example.com"));
  await client().sendEmail(mailTo("late@example.com"));
  expect(await waiting).toMatchObject([{ to: "late@example.com" }]);
});

test("the page runs no mail's script, and other pages cannot read the mails", async () => {
  const hostile = mailTo("a@example.com", {
    HtmlBody: "<script>alert(1)</script><b>x</b>",
  });
  const { MessageID } = await client().sendEmail(hostile);
  const frame = await fetch(`${catcher.url}/messages/${MessageID}.html`);
  expect(frame.headers.get("content-security-policy")).toMatch(/^sandbox .*default-src 'none'/);
  const page = await fetch(catcher.url);
  expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
  expect(await page.text()).toContain("<title>Mails</title>");
  const foreign = await fetch(`${catcher.url}/api/messages`, {
    headers: { origin: "https://evil.example" },
  });
  expect(foreign.status).toBe(403);
});
