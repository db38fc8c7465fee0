import type { Locale, Mail, MailStream, MailTemplate } from "./letter.ts";
import { accountDeleted } from "./templates/account-deleted.ts";
import { addressChange } from "./templates/address-change.ts";
import { addressChangeNotice } from "./templates/address-change-notice.ts";
import { alreadyRegistered } from "./templates/already-registered.ts";
import { challengeCancelled } from "./templates/challenge-cancelled.ts";
import { challengeResult } from "./templates/challenge-result.ts";
import { dailyReminder } from "./templates/daily-reminder.ts";
import { limitAlert } from "./templates/limit-alert.ts";
import { passwordChanged } from "./templates/password-changed.ts";
import { passwordReset } from "./templates/password-reset.ts";
import { unverifiedWarning } from "./templates/unverified-warning.ts";
import { verification } from "./templates/verification.ts";
import { welcome } from "./templates/welcome.ts";

export type { Locale, Mail, MailStream } from "./letter.ts";

/** Every kind of mail there is. A new one is its file in `templates/` and its line here. */
export const templates = {
  verification,
  "already-registered": alreadyRegistered,
  welcome,
  "password-reset": passwordReset,
  "password-changed": passwordChanged,
  "address-change": addressChange,
  "address-change-notice": addressChangeNotice,
  "unverified-warning": unverifiedWarning,
  "account-deleted": accountDeleted,
  "daily-reminder": dailyReminder,
  "limit-alert": limitAlert,
  "challenge-result": challengeResult,
  "challenge-cancelled": challengeCancelled,
};

/** The name of a kind of mail, as the outbox stores it. */
export type MailKind = keyof typeof templates;

/** What each kind is written from: plain data, fit for JSON. */
export type MailData = {
  [Kind in MailKind]: Parameters<(typeof templates)[Kind]["render"]>[1];
};

const byKind: { readonly [Kind in MailKind]: MailTemplate<MailData[Kind]> } = templates;

/** Whether a text is the name of a kind of mail. */
export function isMailKind(value: string): value is MailKind {
  return Object.hasOwn(templates, value);
}

/** The Postmark stream a kind goes by. `broadcast` data always holds an `unsubscribe_link`. */
export function streamOf(kind: MailKind): MailStream {
  return byKind[kind].stream;
}

/**
 * Writes a mail of a kind, in a language: subject (one line, at most 120 code points), HTML
 * document and text part. Raises TypeError when a link in the data is not http(s).
 */
export function renderMail<Kind extends MailKind>(
  kind: Kind,
  locale: Locale,
  data: MailData[Kind],
): Mail {
  return byKind[kind].render(locale, data);
}
