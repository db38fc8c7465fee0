import { layOut } from "./layout.ts";
import type { Letter, Locale, MailTemplate } from "./letter.ts";

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
