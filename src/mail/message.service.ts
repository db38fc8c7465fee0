import type { Models } from "postmark";
import {
  isMailKind,
  renderMail,
  streamOf,
  type Locale,
  type MailData,
  type MailKind,
} from "../../emails/index.ts";
import type { Context } from "../platform/context.ts";
import { seal } from "../platform/seal.ts";
import type { EmailRow } from "./mail.store.ts";
import type { MailLink } from "./outgoing.ts";
import { topicOf, writeUnsubscription } from "./topics.ts";

/** Postmark's names of the streams by which kinds of mail go. */
export type PostmarkStream = "outbound" | "broadcast";

/** The stream a kind goes by: only mails about the account itself are transactional. */
export function streamNameOf(kind: MailKind): PostmarkStream {
  return streamOf(kind) === "broadcast" ? "broadcast" : "outbound";
}

/**
 * Writes an outbox row as Postmark takes it, or gives null for a kind that is not known. Links, and
 * with them tokens, are made only here. Raises whatever keeps the mail from being written.
 */
export function messageOf(ctx: Context, row: EmailRow): Models.Message | null {
  if (!isMailKind(row.kind)) return null;
  const { link, ...data } = row.data as { link: MailLink | null } & Record<string, unknown>;
  const locale = row.locale === "fr" ? "fr" : "en";
  const app = ctx.config.APP_URL;
  const unsubscribe = unsubscribeLink(ctx, row, row.kind, locale);
  const links = {
    link: link ? linkOf(ctx, link) : app,
    app_link: app,
    ...(unsubscribe === null ? {} : { unsubscribe_link: unsubscribe }),
  };
  const mail = renderMail(row.kind, locale, { ...data, ...links } as unknown as MailData[MailKind]);
  return {
    From: ctx.config.MAIL_FROM,
    To: row.to_address,
    Subject: mail.subject,
    HtmlBody: mail.html,
    TextBody: mail.text,
    Tag: row.kind,
    Metadata: { outbox_id: row.id },
    MessageStream: streamNameOf(row.kind),
    ...(unsubscribe === null ? {} : { Headers: unsubscribeHeaders(unsubscribe) }),
  };
}

/** RFC 8058: a POST to the address is enough, and mail programs show a button for it. */
function unsubscribeHeaders(link: string): Models.Header[] {
  return [
    { Name: "List-Unsubscribe", Value: `<${link}>` },
    { Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click" },
  ];
}

function unsubscribeLink(
  ctx: Context,
  row: EmailRow,
  kind: MailKind,
  locale: Locale,
): string | null {
  const topic = topicOf(kind);
  if (topic === null) return null;
  if (row.user_id === null) throw new TypeError("a mail one can unsubscribe from needs its user");
  const payload = writeUnsubscription({ user_id: row.user_id, topic, locale });
  const url = new URL(`${ctx.config.PUBLIC_URL.replace(/\/$/, "")}/api/mail/unsubscribe`);
  url.searchParams.set("token", seal(ctx.config, "unsubscribe", payload));
  return url.toString();
}

function linkOf(ctx: Context, link: MailLink): string {
  const url = new URL(`${ctx.config.APP_URL.replace(/\/$/, "")}${link.path}`);
  if (link.token)
    url.searchParams.set("token", seal(ctx.config, link.token.purpose, link.token.payload));
  return url.toString();
}
