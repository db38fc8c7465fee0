export { askServer as askPostmark } from "./postmark.client.ts";
export {
  mailPause,
  mayMail,
  outboxDepth,
  queueMail,
  queueMails,
  wakeMail,
} from "./mail.service.ts";
export type { OutgoingMail } from "./outgoing.ts";
export { eraseMailsOf, queueFarewell } from "./erasure.service.ts";
export { forgetAddress } from "./addresses.store.ts";
export { readUnsubscription, type MailTopic, type Unsubscription } from "./topics.ts";
export { queuedAt } from "./mail.store.ts";
