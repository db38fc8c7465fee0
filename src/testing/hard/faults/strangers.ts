import { randomUUID } from "node:crypto";
import { signAccessToken } from "../../../auth/access-token.ts";
import { addAccounts, signIn } from "../accounts.ts";
import { call } from "../caller.ts";
import type { HardStack } from "../hard-stack.ts";

/** Tokens by who bears them; null for none. */
export type Strangers = Record<string, string | null>;

/** Tokens of those who must never pass, whatever fails; the first three are refused at the door. */
export async function makeStrangers(stack: HardStack): Promise<Strangers> {
  const [left, other] = await addAccounts(stack, 2);
  const gone = await signIn(stack, left!);
  const { refresh_token } = gone;
  await call(stack, "POST", "/auth/logout", { body: { refresh_token } });
  const session_id = randomUUID();
  const claims = { user_id: other!.id, session_id, role: "user" as const, token_id: randomUUID() };
  return {
    nobody: null,
    "of an ended session": gone.access_token,
    "of a session that never was": await signAccessToken(stack.config, Date.now(), claims),
    "somebody else": (await signIn(stack, other!)).access_token,
  };
}
