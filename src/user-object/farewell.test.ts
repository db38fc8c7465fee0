import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { sweepOutbox } from "../mail/mail.jobs.ts";
import { jobContext } from "../platform/context.ts";
import { DAY_MS, SECOND_MS } from "../platform/time/instant.ts";
import { SECRET, webhook } from "../testing/acts/mail.ts";
import { api, call, mailsTo, signUp, type TestUser } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { healAfterEach, postmarkFails } from "../testing/faults.ts";
import { testDatabase } from "../testing/database.ts";
import { tracesInMySql, untilErased } from "../testing/traces.ts";
import { until } from "../testing/until.ts";

restoreClockAfterEach();
healAfterEach();

const remove = async (user: TestUser) =>
  await api(user).delete("/users/me", { password: user.password });

describe("the farewell", () => {
  const farewellOf = async (ada: TestUser) => {
    const { rows } = await testDatabase().execute(
      "select id, status, attempts, to_address, user_id, data from emails where dedupe_key = (select concat('account-deleted:', pseudonym) from erasures where user_id = ?)",
      [ada.id],
    );
    return rows[0];
  };
  const sweep = async () => await sweepOutbox(jobContext(env, createExecutionContext(), "test"));

  it.each(["inactive", "invalid"])(
    "forgets an address that Postmark refuses (%s)",
    async (mode) => {
      const clock = fixedClock(Date.now());
      const ada = await signUp();
      // A welcome that is refused would mark the address, and the farewell would not be tried.
      await mailsTo(ada.email);
      await postmarkFails({ mode, match: ada.email });
      await remove(ada);
      await sweep();
      const row = await until("the mail is given up", async () => {
        const found = (await farewellOf(ada)) as { status: string };
        return found.status === "waiting" ? null : found;
      });
      expect(row).toMatchObject({ to_address: "", user_id: null, data: {} });
      await untilErased(ada.id, clock);
      expect(await tracesInMySql(ada.email)).toEqual([]);
    },
  );

  it("forgets its address also where only Postmark's webhook tells that it is out", async () => {
    fixedClock(Date.now());
    const ada = await signUp();
    // The welcome must be out: the fault is for the farewell.
    await mailsTo(ada.email);
    await postmarkFails({ mode: "lost", match: ada.email, times: 1 });
    await remove(ada);
    await sweep();
    const id = await until("the mail was tried", async () => {
      const found = (await farewellOf(ada)) as { id: string; attempts: number };
      return found.attempts > 0 && found.id;
    });
    // What was answered would be "sent" already, and its address forgotten by that.
    expect(await farewellOf(ada)).toMatchObject({ status: "waiting", to_address: ada.email });
    const delivery = {
      RecordType: "Delivery",
      MessageID: "message",
      DeliveredAt: new Date().toISOString(),
      Recipient: ada.email,
      MessageStream: "outbound",
      Metadata: { outbox_id: id },
    };
    await call("POST", "/webhooks/postmark", delivery, webhook(SECRET));
    expect(await farewellOf(ada)).toMatchObject({ status: "sent", to_address: "", data: {} });
  });

  it("that cannot be sent is given up, and forgets its address, after a day", async () => {
    const clock = fixedClock(Date.now());
    const ada = await signUp();
    await postmarkFails({ mode: "refused" });
    await remove(ada);
    await sweep();
    expect(await farewellOf(ada)).toMatchObject({ status: "waiting", to_address: ada.email });
    clock.advance(DAY_MS + SECOND_MS);
    await sweep();
    expect(await farewellOf(ada)).toMatchObject({ status: "failed", to_address: "", data: {} });
  });
});
