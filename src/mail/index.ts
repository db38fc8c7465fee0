export { mayMail, queueMail, queueMails, wakeMail } from "./mail.service.ts";
export type { MailLink, OutgoingMail } from "./outgoing.ts";
export { eraseMailsOf, queueFarewell } from "./erasure.service.ts";
