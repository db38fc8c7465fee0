import type { Html } from "./html.ts";
import { layOut } from "./layout.ts";

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
  button: { label: string; link: string };
  after: readonly Block[];
  /** Why this person gets this mail, for the footer. */
  reason: string;
};

/** A kind of mail: its stream, and how its data becomes a mail in a language. */
export type MailTemplate<Data> = {
  stream: MailStream;
  render: (locale: Locale, data: Data) => Mail;
};

type Written<Data> = Record<Locale, (data: Data) => Letter>;

/** A kind of mail about the account itself, from its letter in each language. */
export function transactional<Data>(written: Written<Data>): MailTemplate<Data> {
  return {
    stream: "transactional",
    render: (locale, data) => layOut(locale, written[locale](data), null),
  };
}

/** A kind of mail one can unsubscribe from; its footer links to the data's `unsubscribe_link`. */
export function broadcast<Data extends { unsubscribe_link: string }>(
  written: Written<Data>,
): MailTemplate<Data> {
  return {
    stream: "broadcast",
    render: (locale, data) => layOut(locale, written[locale](data), data.unsubscribe_link),
  };
}
