import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { jobContext } from "../platform/context.ts";
import { signUp } from "../testing/api.ts";
import { rotateSession } from "./auth.store.ts";
import { sessions } from "./auth.table.ts";

const ctx = jobContext(env, createExecutionContext(), "test");

describe("the rotation of a session", () => {
  it("is won by one, and one that comes late never sets the counter back", async () => {
    const { id } = await signUp();
    const read = async () =>
      (await ctx.db.select().from(sessions).where(eq(sessions.user_id, id)))[0];
    const session = await read();
    if (!session) throw new Error("no session");
    const rotate = async (counter: number) =>
      await rotateSession(ctx, session.id, counter, session.rotated_at, session.expires_at);

    const won = await Promise.all(Array.from({ length: 10 }, async () => await rotate(1)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await rotate(2)).toBe(true);
    expect(await rotate(1)).toBe(false);
    expect((await read())?.counter).toBe(3);
  });
});
