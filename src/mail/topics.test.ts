import { expect, it } from "vitest";
import { streamOf, templates, type MailKind } from "../../emails/index.ts";
import { readUnsubscription, topicOf, writeUnsubscription } from "./topics.ts";

it("every mail that goes by the broadcast stream has a topic to unsubscribe from, and no other", () => {
  for (const kind of Object.keys(templates) as MailKind[]) {
    expect([kind, topicOf(kind) !== null]).toEqual([kind, streamOf(kind) === "broadcast"]);
  }
});

it("an unsubscription comes back as it was written, and an unknown one not at all", () => {
  const unsubscription = { user_id: "u-1", topic: "limit", locale: "fr" } as const;
  expect(readUnsubscription(writeUnsubscription(unsubscription))).toEqual(unsubscription);
  expect(readUnsubscription("u-1 everything fr")).toBeNull();
  expect(readUnsubscription("")).toBeNull();
});
