import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { api, signUp } from "../testing/api.ts";
import {
  type AvatarUser,
  fileOf,
  isStored,
  putAvatar,
  showAvatar,
  stored,
  untilGone,
} from "../testing/avatars.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { exifSegment, jpeg, png, pngChunk, webp } from "../testing/images.ts";
import { soon } from "../testing/until.ts";

restoreClockAfterEach();

describe("an avatar", () => {
  it.each([
    ["PNG", "image/png", png()],
    ["JPEG", "image/jpeg", jpeg()],
    ["WebP", "image/webp", webp()],
  ])("in %s is shown at its address, whatever the phone called it", async (_name, type, file) => {
    const ada = await signUp();
    const set = await putAvatar(ada, file.slice(), { "content-type": "text/html" });
    expect(set.status).toBe(200);
    expect(set.body.avatar_url).toMatch(/^http:\/\/localhost:8787\/avatars\/[\w-]{32}$/);
    expect((await api(ada).get("/users/me")).body).toEqual(set.body);

    const shown = await showAvatar(set.body.avatar_url);
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
    const { body } = await putAvatar(ada, file);
    const shown = await (await showAvatar(body.avatar_url)).arrayBuffer();
    expect(Buffer.from(shown).includes("GPS")).toBe(false);
  });

  it("stands on boards as soon as it is set, and no longer once it is removed", async () => {
    fixedClock("2026-03-10T12:00:00Z");
    const ada = await signUp();
    const made = await api(ada).post<{ id: string }>("/challenges", {
      name: "A week",
      start_date: "2026-03-10",
      end_date: "2026-03-17",
    });
    const onBoard = async () => {
      const { body } = await api(ada).get<{ entries: { user: AvatarUser }[] }>(
        `/challenges/${made.body.id}/leaderboard`,
      );
      return body.entries[0]?.user.avatar_url;
    };
    expect(await onBoard()).toBeNull();
    const { avatar_url } = (await putAvatar(ada, png())).body;
    await soon(async () => expect(await onBoard()).toBe(avatar_url));
    await api(ada).delete("/users/me/avatar");
    await soon(async () => expect(await onBoard()).toBeNull());
  });

  it("takes the place of the one before, whose file is removed", async () => {
    const ada = await signUp();
    const first = (await putAvatar(ada, png())).body.avatar_url;
    const second = (await putAvatar(ada, png())).body.avatar_url;
    expect(second).not.toBe(first);
    await untilGone(first);
    expect(await isStored(second)).toBe(true);
    expect((await showAvatar(first)).status).toBe(404);
  });

  it("can be removed, also twice", async () => {
    const ada = await signUp();
    const { avatar_url } = (await putAvatar(ada, png())).body;
    const removed = await api(ada).delete<AvatarUser>("/users/me/avatar");
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
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => await putAvatar(ada, png())),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const { avatar_url } = (await api(ada).get<AvatarUser>("/users/me")).body;
    expect(answers.map(({ body }) => body.avatar_url)).toContain(avatar_url);
    await soon(async () => {
      expect([...(await stored())].filter((key) => !before.has(key))).toEqual([fileOf(avatar_url)]);
    });
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
      expect((await putAvatar(ada, slow, {}, {})).status).toBe(200);
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
    const { avatar_url } = (await putAvatar(ada, webp())).body;
    const etag = String((await showAvatar(avatar_url)).headers.get("etag"));
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const answer = await showAvatar(avatar_url, { headers: { "if-none-match": known } });
      expect([answer.status, await answer.text()]).toEqual([304, ""]);
      expect(answer.headers.get("etag")).toBe(etag);
      expect(answer.headers.get("cache-control")).toContain("immutable");
    }
    const other = await showAvatar(avatar_url, { headers: { "if-none-match": '"other"' } });
    expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, webp().length]);
    const head = await showAvatar(avatar_url, { method: "HEAD" });
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
      const answer = await showAvatar(`http://localhost/avatars/${key}`, { headers });
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
    expect((await showAvatar(`http://localhost/avatars/${key}`)).status).toBe(404);
    await env.FILES.delete(`avatars/${key}`);
  });
});
