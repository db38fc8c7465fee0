import type { Html } from "./html.ts";

/** A language the mails are written in. */
export type Locale = "en" | "fr";

/** Postmark's two kinds of stream: about the account itself, or news one can unsubscribe from. */
export type MailStream = "transactional" | "broadcast";

/** A finished mail: a safe one-line subject, a whole HTML document, and the text part. */
export type Mail = { subject: string; html: string; text: string };

/** A paragraph as plain text, or something richer in both forms. */
export type Block = string | { html: Html; text: string };

/**
 * What a template says in one language; the layout makes both parts of it, so that they cannot
 * drift apart. Texts are plain: they are cleaned and escaped when they are laid out.
 */
export type Letter = {
  subject: string;
  /** The line a mail program shows beside the subject; not seen in the mail itself. */
  preheader: string;
  heading: string;
  /** The name greeted; a greeting without a name when it shows nothing. */
  to: string;
  before: readonly Block[];
  /** Where the mail leads; null when there is nothing left to open. */
  button: { label: string; link: string } | null;
  after: readonly Block[];
  /** Why this person gets this mail, for the footer. */
  reason: string;
};

/** A kind of mail: its stream, and how its data becomes a mail in a language. */
export type MailTemplate<Data> = {
  stream: MailStream;
  render: (locale: Locale, data: Data) => Mail;
};
