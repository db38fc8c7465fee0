import type { Context } from "../platform/context.ts";

/** Deletes the file of an avatar by its key; one that is gone already is no fault. */
export async function deleteAvatarFile(
  ctx: Pick<Context, "bindings" | "log">,
  avatar_key: string,
): Promise<void> {
  await ctx.log.timed("r2", async () => await ctx.bindings.FILES.delete(avatar_key));
}
