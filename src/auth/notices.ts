import type { OutgoingMail } from "../mail/index.ts";

type Reader = { id: string; email: string; display_name: string; locale: string };

/** The notice that a password was changed; `cause` names the one change it is for. */
export function passwordChangedMail(user: Reader, cause: string): OutgoingMail {
  return {
    dedupe_key: `password-changed:${cause}`,
    user_id: user.id,
    to_address: user.email,
    kind: "password-changed",
    locale: user.locale === "fr" ? "fr" : "en",
    data: { display_name: user.display_name },
    link: null,
  };
}

/** The notice to the old address that another one is to take its place. */
export function addressChangeNotice(
  user: Reader,
  new_address: string,
  cause: string,
): OutgoingMail {
  return {
    dedupe_key: `address-change-notice:${cause}`,
    user_id: user.id,
    to_address: user.email,
    kind: "address-change-notice",
    locale: user.locale === "fr" ? "fr" : "en",
    data: { display_name: user.display_name, new_address_hint: masked(new_address) },
    link: null,
  };
}

/** An address as somebody may see it who need not know it: its first letter and its domain. */
export function masked(email: string): string {
  return email.replace(/^(.)[^@]*/, "$1…");
}
