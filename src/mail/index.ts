export { askServer as askPostmark } from "./postmark.client.ts";
export { mayMail, queueMail, queueMails, wakeMail } from "./mail.service.ts";
export type { MailLink, OutgoingMail } from "./outgoing.ts";
export { eraseMailsOf, queueFarewell } from "./erasure.service.ts";
export { forgetAddress } from "./addresses.store.ts";
export { readUnsubscription, type MailTopic, type Unsubscription } from "./topics.ts";
export { queuedAt } from "./mail.store.ts";
