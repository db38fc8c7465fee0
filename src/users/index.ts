export { avatarUrl } from "./avatar-url.ts";
export { deleteAccount } from "./deletion.service.ts";
export { isErased } from "./erased-account.ts";
export { lockUnlessLastAdmin } from "./last-admin.service.ts";
export { lockUsers } from "./admins.store.ts";
export { SEARCHED, searchedKey, type SearchKey } from "./search-keys.ts";
export {
  admitUser,
  callAsUser,
  forgiveCodeTry,
  takeCodeTry,
  tellOfChallenge,
  tellUser,
  type ChallengeNews,
} from "./user.client.ts";
export {
  dayRulesOf,
  findUser,
  findUserByEmail,
  insertDayRule,
  insertOrLockUser,
  lockUser,
  lockUserByEmail,
  replacePasswordHash,
  updateUser,
  usersByIds,
  type UserRow,
} from "./users.store.ts";
export { displayNameSchema, emailSchema, localeSchema, userOut, userSchema } from "./users.wire.ts";
export type { Admission, Caller, Refusal } from "./admission.ts";
export { concludeErasure, eraseAccountOf } from "./erasure.service.ts";
export { findErasure, type ErasureRow } from "./erasure.store.ts";
export { nextReminderAt } from "./reminder-time.ts";
export { dueReaders, setNextReminders, unarmedReaders, type DueKey } from "./reminders.store.ts";
