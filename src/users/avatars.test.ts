import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { createApp } from "../app.ts";
import { jobContext } from "../platform/context.ts";
import { HOUR_MS, MINUTE_MS } from "../platform/time/instant.ts";
import { api, signUp, type Answer, type TestUser } from "../testing/api.ts";
import { bytes, exifSegment, jpeg, png, pngChunk, webp } from "../testing/images.ts";
import { removeDueFiles } from "./avatars.jobs.ts";

type User = { id: string; avatar_url: string | null; updated_at: string };
type Body = Uint8Array<ArrayBuffer> | ReadableStream | null;
const MAX_BYTES = 10 * 1024 * 1024;

/** Sends raw bytes over the wire; with `bindings` (other ones in their place) straight to the app. */
async function put(
  user: { access_token: string },
  body: Body,
  headers: Record<string, string> = {},
  bindings: Partial<Env> | null = null,
): Promise<Answer<User & { code: string }>> {
  const request = new Request("http://localhost/api/users/me/avatar", {
    method: "PUT",
    headers: { authorization: `Bearer ${user.access_token}`, ...headers },
    body,
  });
  const ctx = createExecutionContext();
  const response = bindings
    ? // What is gathered for Prometheus is sent 5 s later: nothing to wait for here.
      await createApp().fetch(request, { ...env, METRICS_TOKEN: "", ...bindings }, ctx)
    : await exports.default.fetch(request);
  await waitOnExecutionContext(ctx);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Fetches an avatar by its public address, as a browser would. */
async function show(url: string | null, init: RequestInit = {}): Promise<Response> {
  return await exports.default.fetch(new Request(String(url), init));
}

const fileOf = (url: string | null) => `avatars/${String(url).split("/").at(-1)}`;
const isStored = async (url: string | null) => (await env.FILES.head(fileOf(url))) !== null;
const stored = async () => new Set((await env.FILES.list()).objects.map(({ key }) => key));
const untilGone = async (url: string | null) =>
  await vi.waitFor(async () => expect(await isStored(url)).toBe(false), 5_000);

/** Runs the cleaning job as if triggered at an instant. */
async function clean(instant: number): Promise<number> {
  const { removed } = await removeDueFiles(jobContext(env, createExecutionContext(), "t", instant));
  return removed;
}

describe("an avatar", () => {
  it.each([
    ["PNG", "image/png", png()],
    ["JPEG", "image/jpeg", jpeg()],
    ["WebP", "image/webp", webp()],
  ])("in %s is shown at its address, whatever the phone called it", async (_name, type, file) => {
    const ada = await signUp();
    const set = await put(ada, file.slice(), { "content-type": "text/html" });
    expect(set.status).toBe(200);
    expect(set.body.avatar_url).toMatch(/^http:\/\/localhost:8787\/avatars\/[\w-]{32}$/);
    expect((await api(ada).get("/users/me")).body).toEqual(set.body);

    const shown = await show(set.body.avatar_url);
    expect(shown.status).toBe(200);
    expect(new Uint8Array(await shown.arrayBuffer())).toEqual(file);
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      "content-type": type,
      "content-length": String(file.length),
      "content-disposition": "inline",
      "cache-control": "public, max-age=31536000, immutable",
      "cross-origin-resource-policy": "cross-origin",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    });
  });

  it("is stored without the place where it was taken", async () => {
    const ada = await signUp();
    const file = jpeg({ width: 3, height: 2 }, exifSegment(1, "GPS 48.8584 N 2.2945 E"));
    const { body } = await put(ada, file);
    const shown = await (await show(body.avatar_url)).arrayBuffer();
    expect(Buffer.from(shown).includes("GPS")).toBe(false);
  });

  it("stands on boards as soon as it is set, and no longer once it is removed", async () => {
    const ada = await signUp();
    const made = await api(ada).post<{ id: string }>("/challenges", {
      name: "A week",
      start_date: new Date().toISOString().slice(0, 10),
      end_date: new Date(Date.now() + 7 * 24 * HOUR_MS).toISOString().slice(0, 10),
    });
    const onBoard = async () => {
      const { body } = await api(ada).get<{ entries: { user: User }[] }>(
        `/challenges/${made.body.id}/leaderboard`,
      );
      return body.entries[0]?.user.avatar_url;
    };
    expect(await onBoard()).toBeNull();
    const { avatar_url } = (await put(ada, png())).body;
    await vi.waitFor(async () => expect(await onBoard()).toBe(avatar_url), 5_000);
    await api(ada).delete("/users/me/avatar");
    await vi.waitFor(async () => expect(await onBoard()).toBeNull(), 5_000);
  });

  it("takes the place of the one before, whose file is removed", async () => {
    const ada = await signUp();
    const first = (await put(ada, png())).body.avatar_url;
    const second = (await put(ada, png())).body.avatar_url;
    expect(second).not.toBe(first);
    await untilGone(first);
    expect(await isStored(second)).toBe(true);
    expect((await show(first)).status).toBe(404);
  });

  it("can be removed, also twice", async () => {
    const ada = await signUp();
    const { avatar_url } = (await put(ada, png())).body;
    const removed = await api(ada).delete<User>("/users/me/avatar");
    expect(removed).toMatchObject({ status: 200, body: { id: ada.id, avatar_url: null } });
    await untilGone(avatar_url);
    expect(await api(ada).delete("/users/me/avatar")).toMatchObject({
      status: 200,
      body: removed.body,
    });
    expect((await api(ada).get("/users/me")).body).toEqual(removed.body);
  });

  it("is one of many that are sent at once, and the only one that stays stored", async () => {
    const ada = await signUp();
    const before = await stored();
    const answers = await Promise.all(Array.from({ length: 6 }, async () => await put(ada, png())));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const { avatar_url } = (await api(ada).get<User>("/users/me")).body;
    expect(answers.map(({ body }) => body.avatar_url)).toContain(avatar_url);
    await vi.waitFor(async () => {
      expect([...(await stored())].filter((key) => !before.has(key))).toEqual([fileOf(avatar_url)]);
    }, 5_000);
  });

  it("may take its sender longer than the rest of the request may take us", async () => {
    const ada = await signUp();
    const real = performance.now.bind(performance);
    let late_ms = 0;
    vi.spyOn(performance, "now").mockImplementation(() => real() + late_ms);
    const slow = new ReadableStream({
      type: "bytes",
      pull: (controller) => {
        if (late_ms === 0) controller.enqueue(png());
        else controller.close();
        late_ms = 20_000;
      },
    });
    try {
      expect((await put(ada, slow, {}, {})).status).toBe(200);
    } finally {
      vi.restoreAllMocks();
    }
  });

  it("is the same under /api/v1, and counts for the rate limit", async () => {
    const ada = await signUp();
    const set = await exports.default.fetch(
      new Request("http://localhost/api/v1/users/me/avatar", {
        method: "PUT",
        headers: { authorization: `Bearer ${ada.access_token}` },
        // Larger than any JSON body may be.
        body: png({ width: 3, height: 2 }, pngChunk("iCCP", new Uint8Array(300_000))),
      }),
    );
    expect(set.status).toBe(200);
    expect(set.headers.get("ratelimit")).toMatch(/^"user";r=\d+;t=\d+$/);
    await set.text();
  });
});

describe("an avatar's address", () => {
  it("answers 304 to who has the image, and nothing but headers to HEAD", async () => {
    const ada = await signUp();
    const { avatar_url } = (await put(ada, webp())).body;
    const etag = String((await show(avatar_url)).headers.get("etag"));
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const answer = await show(avatar_url, { headers: { "if-none-match": known } });
      expect([answer.status, await answer.text()]).toEqual([304, ""]);
      expect(answer.headers.get("etag")).toBe(etag);
      expect(answer.headers.get("cache-control")).toContain("immutable");
    }
    const other = await show(avatar_url, { headers: { "if-none-match": '"other"' } });
    expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, webp().length]);
    const head = await show(avatar_url, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("content-type")).toBe("image/webp");
  });

  it.each([
    "A".repeat(32),
    "A".repeat(31),
    "A".repeat(33),
    "..%2Faudit%2F2026.ndjson",
    "%00",
    "a/b",
    "",
  ])("that names none (%s) is answered like any that is not there", async (key) => {
    for (const headers of [{}, { "if-none-match": "*" }]) {
      const answer = await show(`http://localhost/avatars/${key}`, { headers });
      expect(answer.status).toBe(404);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(await answer.json()).toMatchObject({ code: "not_found" });
      expect(answer.headers.get("cache-control")).toBe("no-store");
    }
  });

  it("never leads to a file of another kind", async () => {
    const key = "B".repeat(32);
    await env.FILES.put(`avatars/${key}`, "<script>", {
      httpMetadata: { contentType: "text/html" },
    });
    expect((await show(`http://localhost/avatars/${key}`)).status).toBe(404);
    await env.FILES.delete(`avatars/${key}`);
  });
});

describe("a body that is no avatar", () => {
  it.each([
    ["nothing", null],
    ["a web page", bytes("<!doctype html><script>alert(1)</script>")],
    ["an SVG", bytes("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")],
    ["a page behind a PNG's signature", bytes(png().slice(0, 8), "<script>alert(1)</script>")],
    ["half a PNG", png().slice(0, 50)],
    ["a JPEG of 9,000 pixels", jpeg({ width: 9_000, height: 1 })],
  ])("(%s) is refused, whatever it is called, and leaves nothing behind", async (_what, body) => {
    const ada = await signUp();
    const before = await stored();
    const refused = await put(ada, body, { "content-type": "image/png" });
    expect(refused).toMatchObject({ status: 422, body: { code: "not_an_image" } });
    expect((await api(ada).get("/users/me")).body).toMatchObject({ avatar_url: null });
    expect(await stored()).toEqual(before);
  });

  it("is refused over 10 MiB, declared or counted; exactly 10 MiB is read", async () => {
    const ada = await signUp();
    for (const [length, status] of [
      [MAX_BYTES + 1, 413],
      [MAX_BYTES, 422],
    ] as const) {
      const sent = [new Uint8Array(length), streamed(length).stream];
      for (const body of sent) expect((await put(ada, body)).status).toBe(status);
    }
  });

  it("is not read at all when it is declared too large, or when nobody is signed in", async () => {
    const ada = await signUp();
    const declared = streamed(MAX_BYTES + 1);
    const length = { "content-length": String(MAX_BYTES + 1) };
    const refused = await put(ada, declared.stream, length, {});
    expect(refused).toMatchObject({ status: 413, body: { code: "body_too_large" } });
    const nobody = streamed(MAX_BYTES);
    const stranger = await put({ access_token: "a.b.c" }, nobody.stream, {}, {});
    expect(stranger).toMatchObject({ status: 401, body: { code: "access_token_invalid" } });
    expect([declared.sent(), nobody.sent()]).toEqual([0, 0]);
  });

  it("is read no further than where it gets too large", async () => {
    const endless = streamed(10 * MAX_BYTES);
    expect((await put(await signUp(), endless.stream)).status).toBe(413);
    expect(endless.sent()).toBeLessThan(MAX_BYTES + 200_000);
  });

  it("is refused where it is cut off", async () => {
    const ada = await signUp();
    const broken = new ReadableStream({
      type: "bytes",
      start: (controller) => controller.enqueue(png().slice(0, 20)),
      pull: (controller) => controller.error(new Error("gone")),
    });
    const short = { "content-length": String(png().length + 1) };
    for (const refused of [await put(ada, broken, {}, {}), await put(ada, png(), short, {})]) {
      expect(refused).toMatchObject({ status: 400, body: { code: "body_incomplete" } });
    }
  });

  it("is to be sent again later when the isolate holds as many as it can", async () => {
    const people: TestUser[] = [];
    for (let n = 0; n < 2; n += 1) people.push(await signUp());
    const answers = await Promise.all(
      Array.from(
        { length: 8 },
        async (_, n) => await put(people[n % 2]!, new Uint8Array(MAX_BYTES)),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 422).length).toBeGreaterThanOrEqual(3);
    expect(new Set(statuses)).toEqual(new Set([422, 503]));
    for (const { status, headers } of answers)
      if (status === 503) expect(headers.get("retry-after")).toBe("2");
    expect((await put(people[0]!, png())).status).toBe(200);
  });
});

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
      const { body: before } = await put(ada, png());
      const FILES = { put: does, get: does, head: does, delete: does } as unknown as R2Bucket;
      const from = Date.now();
      const refused = await put(ada, jpeg(), {}, { FILES });
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
    const first = (await put(ada, png())).body.avatar_url;
    const FILES = {
      put: async (name: string, file: Uint8Array, rules: R2PutOptions) =>
        await env.FILES.put(name, file, rules),
      delete: fails,
    } as unknown as R2Bucket;
    const second = await put(ada, png(), {}, { FILES });
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
    const { body: before } = await put(ada, png());
    const known = await stored();
    // Everything after the put is lost: MySQL no longer answers the one who put it.
    const FILES = {
      put: async (name: string, file: Uint8Array, rules: R2PutOptions) => {
        await env.FILES.put(name, file, rules);
        throw new Error("the Worker is gone");
      },
    } as unknown as R2Bucket;
    expect((await put(ada, png(), {}, { FILES })).status).toBe(503);
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
    const late = await put(ada, png(), {}, { FILES });
    expect(late).toMatchObject({ status: 503, body: { code: "storage_unavailable" } });
    expect((await api(ada).get("/users/me")).body).toMatchObject({ avatar_url: null });
  });
});

/** A body of `length` zero bytes without a declared length, and how much of it was asked for. */
function streamed(length: number): { stream: ReadableStream; sent: () => number } {
  let sent = 0;
  const stream = new ReadableStream({
    type: "bytes",
    pull: (controller) => {
      const size = Math.min(65_536, length - sent);
      sent += size;
      if (size > 0) controller.enqueue(new Uint8Array(size));
      else controller.close();
    },
  });
  return { stream, sent: () => sent };
}
