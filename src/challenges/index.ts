export { challengeCounts, membershipsOf } from "./participation.service.ts";
export { challengesToErase, eraseFromChallenge } from "./erasure.service.ts";
export { runningOf } from "./running.store.ts";
export { cancelAnyChallenge } from "./ending.service.ts";
export type { ChallengeView } from "./challenges.store.ts";
export type { Status } from "./lifecycle.ts";
export {
  challengeOut,
  challengeSchema,
  statusSchema,
  visibilitySchema,
} from "./challenges.wire.ts";
