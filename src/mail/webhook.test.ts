import { randomUUID } from "node:crypto";
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { SECRET, webhook } from "../testing/acts/mail.ts";
import { call, freshEmail, mailsTo, signUp } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { postmarkFails } from "../testing/faults.ts";
import { tracesInMySql } from "../testing/traces.ts";
import { jobContext } from "../platform/context.ts";
import { DAY_MS } from "../platform/time/instant.ts";
import { queueMails } from "./mail.service.ts";
import { emails } from "./mail.table.ts";

restoreClockAfterEach();

const tell = async (record: unknown, headers: Record<string, string> = webhook(SECRET)) =>
  await call("POST", "/webhooks/postmark", record, headers);
const at = (ms: number) => new Date(ms).toISOString();
const context = () => jobContext(env, createExecutionContext(), "test");
const row = async (id: string) => await context().db.select().from(emails).where(eq(emails.id, id));

async function queued(
  to: string,
  kind: "welcome" | "challenge-cancelled",
  user_id: string | null = null,
): Promise<string> {
  const [id = ""] = await queueMails(context(), [
    {
      dedupe_key: `test:${kind}:${to}:${randomUUID()}`,
      user_id,
      to_address: to,
      kind,
      locale: "en",
      data: { display_name: "Ada", challenge_name: "Quiet" },
      link: null,
    },
  ]);
  return id;
}

const bounced = (Email: string, ms: number, Type = "HardBounce") => ({
  RecordType: "Bounce",
  Type,
  Email,
  BouncedAt: at(ms),
  MessageStream: "outbound",
  MessageID: "m",
  Metadata: {},
});
const changed = (
  Recipient: string,
  ms: number,
  SuppressSending: boolean,
  MessageStream: string,
) => ({
  RecordType: "SubscriptionChange",
  Recipient,
  ChangedAt: at(ms),
  SuppressSending,
  SuppressionReason: SuppressSending ? "ManualSuppression" : null,
  MessageStream,
});

const aDelivery = { RecordType: "Delivery", MessageID: "m", DeliveredAt: at(0) };

describe("a webhook", () => {
  it.each([
    ["nothing", {}],
    ["another secret", webhook("guessed")],
    ["an empty one", webhook("")],
    ["a bearer token", { authorization: `Bearer ${SECRET}` }],
    ["no basic authentication", { authorization: "Basic !!" }],
  ])("that shows %s is refused before it is read", async (_what, headers) => {
    const refused = await tell("{oops", headers);
    expect(refused).toMatchObject({ status: 401, body: { code: "webhook_secret_wrong" } });
  });

  it.each([
    [{ RecordType: "Open", Email: "a@b.c" }, 200],
    [bounced("a@example.com", 0, "Transient"), 200],
    [aDelivery, 200],
    [{ ...aDelivery, Metadata: { outbox_id: "ððð" } }, 200],
    [{ ...aDelivery, Metadata: { outbox_id: randomUUID() }, MessageID: "ððð" }, 422],
    ["{oops", 400],
    [{}, 422],
    [[], 422],
    [{ RecordType: "Bounce", Type: "HardBounce", Email: "a@b.c", BouncedAt: "yesterday" }, 422],
    [{ RecordType: "Bounce", Type: "HardBounce", Email: 7, BouncedAt: at(0) }, 422],
  ])("with %j is answered %i", async (record, status) => {
    expect((await tell(record)).status).toBe(status);
  });
});

describe("an address that bounced", () => {
  it("gets no more mail, however often it is told, until Postmark lets it in again", async () => {
    const { id, email: to } = await signUp();
    const before = (await mailsTo(to)).length;
    const now = Date.now();
    for (let times = 0; times < 3; times += 1) await tell(bounced(to.toUpperCase(), now));
    await queued(to, "welcome", id);
    expect(await mailsTo(to)).toHaveLength(before);
    await tell(changed(to, now + 1, false, "outbound"));
    // The bounce comes once more, and late: it is older than what is known.
    await tell(bounced(to, now));
    await queued(to, "welcome", id);
    expect(await mailsTo(to)).toHaveLength(before + 1);
  });

  it("is not remembered where no account has it: it may be that of somebody who was erased", async () => {
    const to = freshEmail();
    await tell(bounced(to, Date.now()));
    await tell(changed(to, Date.now(), true, "broadcast"));
    expect(await tracesInMySql(to)).toEqual([]);
  });

  it("is tried again after a month", async () => {
    const clock = fixedClock(Date.now());
    const { id, email: to } = await signUp();
    const before = (await mailsTo(to)).length;
    await tell(bounced(to, clock.now()));
    clock.advance(30 * DAY_MS);
    await queued(to, "welcome", id);
    expect(await mailsTo(to)).toHaveLength(before + 1);
  });
});

describe("a reader who complains of news", () => {
  it.each([
    [
      "SpamComplaint",
      (to: string) => ({
        ...bounced(to, Date.now(), "SpamComplaint"),
        RecordType: "SpamComplaint",
        MessageStream: "broadcast",
      }),
    ],
    ["SubscriptionChange", (to: string) => changed(to, Date.now(), true, "broadcast")],
  ])("by a %s gets no more of them, but still what concerns the account", async (_type, record) => {
    const ada = await signUp();
    expect((await tell(record(ada.email))).status).toBe(200);
    const before = (await mailsTo(ada.email)).length;
    await queued(ada.email, "challenge-cancelled", ada.id);
    await queued(ada.email, "welcome", ada.id);
    const mails = await mailsTo(ada.email);
    expect(mails).toHaveLength(before + 1);
    expect(mails[0]?.tag).toBe("welcome");
  });
});

describe("a delivery", () => {
  const delivered = (outbox_id: string, message_id: string, ms: number) => ({
    RecordType: "Delivery",
    MessageID: message_id,
    DeliveredAt: at(ms),
    Recipient: "someone@example.com",
    MessageStream: "outbound",
    Metadata: { outbox_id },
  });

  it("is noted on its outbox row, once", async () => {
    const to = freshEmail();
    const id = await queued(to, "welcome");
    await mailsTo(to);
    await tell(delivered(id, "message", 1_800_000_000_000));
    await tell(delivered(id, "message", 1_800_000_009_000));
    expect(await row(id)).toMatchObject([{ status: "sent", delivered_at: 1_800_000_000_000 }]);
  });

  it("of a mail whose acceptance was never heard keeps it from being sent again", async () => {
    const clock = fixedClock(Date.now());
    const to = freshEmail();
    const id = await queued(to, "welcome");
    await postmarkFails({ mode: "lost", match: to, times: 1 });
    expect(await mailsTo(to)).toHaveLength(1);
    expect(await row(id)).toMatchObject([{ status: "waiting" }]);
    await tell(delivered(id, "message", clock.now()));
    expect(await row(id)).toMatchObject([{ status: "sent", data: {} }]);
    clock.advance(3_600_000);
    expect(await mailsTo(to)).toHaveLength(1);
  });
});

it("a mail that would be stale is not sent any more", async () => {
  const clock = fixedClock(Date.now());
  const to = freshEmail();
  const [id = ""] = await queueMails(context(), [
    {
      dedupe_key: `stale:${to}`,
      user_id: null,
      to_address: to,
      kind: "welcome",
      locale: "en",
      data: { display_name: "Ada" },
      link: null,
      good_until: clock.now() + 1_000,
    },
  ]);
  clock.advance(1_000);
  expect(await mailsTo(to)).toHaveLength(0);
  expect(await row(id)).toMatchObject([{ status: "dropped", data: {} }]);
});
