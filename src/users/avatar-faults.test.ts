import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createApp } from "../app.ts";
import { HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { api, signUp } from "../testing/api.ts";
import { clean, isStored, putAvatar, stored } from "../testing/avatars.ts";
import { jpeg, png } from "../testing/images.ts";

describe("while the storage is away", () => {
  const never = async () => await new Promise<never>(() => undefined);
  const fails = async () => await Promise.reject(new Error("R2 has an internal error (10001)"));

  it.each([
    ["refuses", fails],
    ["hangs", never],
  ])(
    "and %s, an avatar stays what it was and the caller is told to come back",
    async (_how, does) => {
      const ada = await signUp();
      const { body: before } = await putAvatar(ada, png());
      const FILES = { put: does, get: does, head: does, delete: does } as unknown as R2Bucket;
      const from = Date.now();
      const refused = await putAvatar(ada, jpeg(), {}, { FILES });
      expect(Date.now() - from).toBeLessThan(5_000);
      expect(refused).toMatchObject({ status: 503, body: { code: "storage_unavailable" } });
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(JSON.stringify(refused.body)).not.toContain("10001");
      expect((await api(ada).get("/users/me")).body).toEqual(before);
      expect(await isStored(before.avatar_url)).toBe(true);

      const ctx = createExecutionContext();
      const shown = await createApp().fetch(
        new Request(String(before.avatar_url)),
        { ...env, FILES },
        ctx,
      );
      expect([shown.status, shown.headers.get("cache-control")]).toEqual([503, "no-store"]);
    },
  );

  it("an old file that cannot be removed is removed by the next run of the job", async () => {
    const ada = await signUp();
    const first = (await putAvatar(ada, png())).body.avatar_url;
    const FILES = {
      put: async (name: string, file: Uint8Array, rules: R2PutOptions) =>
        await env.FILES.put(name, file, rules),
      delete: fails,
    } as unknown as R2Bucket;
    const second = await putAvatar(ada, png(), {}, { FILES });
    expect(second.status).toBe(200);
    expect(await isStored(first)).toBe(true);
    expect(await clean(Date.now())).toBeGreaterThanOrEqual(1);
    expect(await isStored(first)).toBe(false);
    expect(await isStored(second.body.avatar_url)).toBe(true);
    await clean(Date.now());
    expect(await isStored(second.body.avatar_url)).toBe(true);
  });
});

describe("an upload that dies or lags between two steps", () => {
  it("leaves a file that the job removes, not before it is sure that no row will name it", async () => {
    const ada = await signUp();
    const { body: before } = await putAvatar(ada, png());
    const known = await stored();
    // Everything after the put is lost: MySQL no longer answers the one who put it.
    const FILES = {
      put: async (name: string, file: Uint8Array, rules: R2PutOptions) => {
        await env.FILES.put(name, file, rules);
        throw new Error("the Worker is gone");
      },
    } as unknown as R2Bucket;
    expect((await putAvatar(ada, png(), {}, { FILES })).status).toBe(503);
    const [left] = [...(await stored())].filter((key) => !known.has(key));
    expect(left).toBeDefined();
    await clean(Date.now() + 5 * MINUTE_MS);
    expect(await env.FILES.head(String(left))).not.toBeNull();
    await clean(Date.now() + 11 * MINUTE_MS);
    expect(await env.FILES.head(String(left))).toBeNull();
    expect((await api(ada).get("/users/me")).body).toEqual(before);
    expect(await isStored(before.avatar_url)).toBe(true);
  });

  it("is told to come back where its file was given up before a row named it", async () => {
    const ada = await signUp();
    const FILES = {
      put: async (name: string, file: Uint8Array, rules: R2PutOptions) => {
        await env.FILES.put(name, file, rules);
        // The job comes by with a clock that is far ahead, between the put and its transaction.
        await clean(Date.now() + HOUR_MS);
      },
    } as unknown as R2Bucket;
    const late = await putAvatar(ada, png(), {}, { FILES });
    expect(late).toMatchObject({ status: 503, body: { code: "storage_unavailable" } });
    expect((await api(ada).get("/users/me")).body).toMatchObject({ avatar_url: null });
  });
});
