import type { Context } from "../platform/context.ts";
import { callObject } from "../platform/objects/call.ts";
import { hiddenName } from "../platform/seal.ts";

/**
 * Counts a guess at a password before it is hashed: at an address that somebody signs in with, whether
 * or not there is such an account, or at the account of a live session, by its id. The two are counted
 * apart, so that strangers who guess at the address do not keep its owner from anything.
 * Gives null, or ms until a guess may reach the hash again.
 */
export async function takeGuess(ctx: Context, whose: string): Promise<number | null> {
  const { LOGIN_GUARD } = ctx.bindings;
  return await callObject(ctx, LOGIN_GUARD, nameOf(whose), async (guard) => await guard.take());
}

/** Forgets the guesses: the password was right, or was set anew by mail. */
export async function forgetGuesses(ctx: Context, whose: string): Promise<void> {
  const { LOGIN_GUARD } = ctx.bindings;
  await callObject(ctx, LOGIN_GUARD, nameOf(whose), async (guard) => await guard.forget());
}

/** An object's name is kept by the platform: it says nothing of the address. */
function nameOf(whose: string): string {
  return hiddenName("login", whose);
}
