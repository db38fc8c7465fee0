import { defineErrors } from "../platform/errors.ts";

export const challengeErrors = defineErrors({
  challenge_full: { kind: "conflict", title: "The challenge is full" },
  already_joined: { kind: "conflict", title: "The caller takes part already" },
  challenge_over: { kind: "conflict", title: "The challenge is over" },
  challenge_frozen: { kind: "conflict", title: "The challenge has begun and changes no more" },
  challenge_running: { kind: "conflict", title: "The challenge is not over for everybody yet" },
  challenge_public: { kind: "conflict", title: "A public challenge has no invite code" },
  too_many_challenges: { kind: "conflict", title: "The caller has too many open challenges" },
  id_taken: { kind: "conflict", title: "The id belongs to something else" },
  too_many_sockets: { kind: "too_many", title: "The caller has too many sockets open here" },
  too_many_wrong_codes: { kind: "too_many", title: "Too many wrong invite codes" },
  not_joined: { kind: "not_found", title: "The caller takes no part in such a challenge" },
  invite_code_unknown: { kind: "not_found", title: "No challenge has this invite code" },
});
