import type { Locale, MailKind } from "../../emails/index.ts";

/** What somebody can unsubscribe from; each is a switch among the user's settings. */
export const TOPICS = ["reminder", "limit", "challenge"] as const;
export type MailTopic = (typeof TOPICS)[number];

const TOPIC_OF: Partial<Record<MailKind, MailTopic>> = {
  "daily-reminder": "reminder",
  "limit-alert": "limit",
  "challenge-result": "challenge",
  "challenge-cancelled": "challenge",
};

/** The topic a kind of mail belongs to; null for mails about the account itself. */
export function topicOf(kind: MailKind): MailTopic | null {
  return TOPIC_OF[kind] ?? null;
}

/** What an unsubscribe link names: who, from what, and the language of the mail it stood in. */
export type Unsubscription = { user_id: string; topic: MailTopic; locale: Locale };

/** Writes what an unsubscribe link's token seals. */
export function writeUnsubscription({ user_id, topic, locale }: Unsubscription): string {
  return [user_id, topic, locale].join(" ");
}

/** Reads it back, or null for a payload that this service no longer knows. */
export function readUnsubscription(payload: string): Unsubscription | null {
  const [user_id = "", name, locale] = payload.split(" ");
  const topic = TOPICS.find((known) => known === name);
  if (topic === undefined) return null;
  return { user_id, topic, locale: locale === "fr" ? "fr" : "en" };
}
