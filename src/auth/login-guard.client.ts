import type { Context } from "../platform/context.ts";
import { callObject } from "../platform/objects/call.ts";
import { hiddenName } from "../platform/seal.ts";

/**
 * Counts an attempt to sign in with an address before its password is hashed, whether or not there
 * is such an account. Gives null, or ms until an attempt may reach the hash again.
 */
export async function takeGuess(ctx: Context, email: string): Promise<number | null> {
  const { LOGIN_GUARD } = ctx.bindings;
  return await callObject(ctx, LOGIN_GUARD, nameOf(email), async (guard) => await guard.take());
}

/** Forgets the attempts at an address: its password was right, or was set anew by mail. */
export async function forgetGuesses(ctx: Context, email: string): Promise<void> {
  const { LOGIN_GUARD } = ctx.bindings;
  await callObject(ctx, LOGIN_GUARD, nameOf(email), async (guard) => await guard.forget());
}

/** An object's name is kept by the platform: it says nothing of the address. */
function nameOf(email: string): string {
  return hiddenName("login", email);
}
