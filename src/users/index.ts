export { avatarUrl } from "./avatar-url.ts";
export { dropAvatar, removeSoon } from "./avatars.service.ts";
export { admitUser, callAsUser, forgiveCodeTry, takeCodeTry, tellUser } from "./user.client.ts";
export {
  dayRulesOf,
  findUser,
  findUserByEmail,
  insertDayRule,
  insertOrLockUser,
  lockUserByEmail,
  replacePasswordHash,
  updateUser,
  usersByIds,
  type UserRow,
} from "./users.store.ts";
export { displayNameSchema, emailSchema, localeSchema, userOut, userSchema } from "./users.wire.ts";
export type { Caller } from "./person.ts";
