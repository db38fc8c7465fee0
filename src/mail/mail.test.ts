import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { call, freshEmail, mailsTo } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { healAfterEach, mysqlFails, mysqlFaultsLeft, postmarkFails } from "../testing/faults.ts";
import { jobContext } from "../platform/context.ts";
import { consumeMailQueue, sweepOutbox } from "./mail.jobs.ts";
import { queueMails } from "./mail.service.ts";
import type { OutgoingMail } from "./outgoing.ts";

restoreClockAfterEach();

healAfterEach();

const context = () => jobContext(env, createExecutionContext(), "test");

/** Queues a mail without waking anybody; gives its address and id. */
async function queued(more: Partial<OutgoingMail> = {}): Promise<{ to: string; id: string }> {
  const to = freshEmail();
  const [id = ""] = await queueMails(context(), [
    {
      dedupe_key: `test:${to}`,
      user_id: null,
      to_address: to,
      kind: "welcome",
      locale: "en",
      data: { display_name: "Ada" },
      link: null,
      ...more,
    },
  ]);
  return { to, id };
}

/** Hands the queue's consumer one message for these mails; says whether it was acknowledged. */
async function wake(...ids: string[]): Promise<boolean> {
  const batch = createMessageBatch("focus-mail", [
    { id: "m", timestamp: new Date(), attempts: 1, body: { ids } },
  ]);
  const ctx = createExecutionContext();
  await consumeMailQueue(jobContext(env, ctx, "test"), batch);
  const result = await getQueueResult(batch, ctx);
  return result.ackAll;
}

describe("a queued mail", () => {
  it("is sent once, however many senders are woken for it", async () => {
    const { to, id } = await queued();
    await Promise.all([wake(id), wake(id), sweepOutbox(context())]);
    expect(await mailsTo(to)).toHaveLength(1);
  });

  it("is one mail for one key", async () => {
    const dedupe_key = `key:${freshEmail()}`;
    const { to } = await queued({ dedupe_key });
    const other = await queued({ dedupe_key });
    expect(await mailsTo(to)).toHaveLength(1);
    expect(await mailsTo(other.to)).toHaveLength(0);
  });

  it.each(["too_many", "server_error", "refused", "broken_json"])(
    "is tried again later when Postmark answers with %s",
    async (mode) => {
      const clock = fixedClock(Date.now());
      const { to, id } = await queued();
      await postmarkFails({ mode, match: to, times: 1 });
      expect(await wake(id)).toBe(false);
      clock.advance(31_000);
      expect(await wake(id)).toBe(true);
      expect(await mailsTo(to)).toHaveLength(1);
    },
  );

  it("is not sent twice when the database hiccups right after it was accepted", async () => {
    const clock = fixedClock(Date.now());
    const { to, id } = await queued();
    const match = `^update \`emails\` set .*\`message_id\`.*${id}`;
    await mysqlFails({ mode: "html", match, times: 1 });
    expect(await wake(id)).toBe(true);
    expect(await mysqlFaultsLeft()).toEqual([]);
    clock.advance(120_000);
    expect(await mailsTo(to)).toHaveLength(1);
  });

  it.each(["lost", "deadlock"])("goes out at once though its lease ends in %s", async (mode) => {
    fixedClock(Date.now());
    const { to, id } = await queued();
    const match = `^update \`emails\` set \`attempts\`.*${id}`;
    await mysqlFails({ mode, match, times: 1 });
    expect(await wake(id)).toBe(true);
    expect(await mysqlFaultsLeft()).toEqual([]);
    expect(await mailsTo(to)).toHaveLength(1);
  });

  it("is not forgotten when its sender ends behind the lease", async () => {
    const clock = fixedClock(Date.now());
    const { to, id } = await queued();
    await mysqlFails({ mode: "refused", match: `from \`mail_addresses\`.*${to}`, times: 3 });
    expect(await wake(id)).toBe(false);
    expect(await wake(id)).toBe(false);
    expect(await mysqlFaultsLeft()).toEqual([]);
    clock.advance(61_000);
    expect(await wake(id)).toBe(true);
    expect(await mailsTo(to)).toHaveLength(1);
  });

  it("is left to the next sender by one who came to it with half of the lease gone", async () => {
    const clock = fixedClock(Date.now());
    const { to, id } = await queued();
    const [send, now] = [globalThis.fetch, performance.now.bind(performance)];
    let late_ms = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now() + late_ms);
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      // As if MySQL had taken so long to say whether the mail is wanted.
      const asked = typeof init?.body === "string" ? init.body : "";
      if (asked.includes("from `mail_addresses`") && asked.includes(to)) late_ms = 31_000;
      return await send(input, init);
    });
    try {
      expect(await wake(id)).toBe(false);
    } finally {
      vi.restoreAllMocks();
    }
    expect(await mailsTo(to)).toHaveLength(0);
    clock.advance(61_000);
    expect(await wake(id)).toBe(true);
    expect(await mailsTo(to)).toHaveLength(1);
  });

  it("to an address that Postmark refuses is given up, and holds up no other", async () => {
    const clock = fixedClock(Date.now());
    const refused = await queued();
    const other = await queued();
    await postmarkFails({ mode: "inactive", match: refused.to });
    expect(await wake(refused.id, other.id)).toBe(true);
    await postmarkFails();
    clock.advance(3_600_000);
    expect(await mailsTo(refused.to)).toHaveLength(0);
    expect(await mailsTo(other.to)).toHaveLength(1);
  });

  it("that cannot be written holds up no other", async () => {
    const bad = await queued({ kind: "challenge-result", data: {} });
    const other = await queued();
    expect(await wake(bad.id, other.id)).toBe(true);
    expect(await mailsTo(other.to)).toHaveLength(1);
  });
});

it("keeps what a person typed out of a mail's HTML", async () => {
  const email = freshEmail();
  const display_name = "<img src=x onerror=alert(1)>";
  await call("POST", "/auth/register", { email, password: "a good long password", display_name });
  const [mail] = await mailsTo(email);
  expect(mail?.html).not.toContain("<img");
});
