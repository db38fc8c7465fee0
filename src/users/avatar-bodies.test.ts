import { describe, expect, it } from "vitest";
import { api, signUp, type TestUser } from "../testing/api.ts";
import { MAX_BYTES, putAvatar, stored } from "../testing/avatars.ts";
import { bytes, jpeg, png } from "../testing/images.ts";

const avatars = async () =>
  new Set([...(await stored())].filter((name) => name.startsWith("avatars/")));

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
    const before = await avatars();
    const refused = await putAvatar(ada, body, { "content-type": "image/png" });
    expect(refused).toMatchObject({ status: 422, body: { code: "not_an_image" } });
    expect((await api(ada).get("/users/me")).body).toMatchObject({ avatar_url: null });
    // Those of others may go meanwhile.
    expect((await avatars()).difference(before)).toEqual(new Set());
  });

  it("is refused over 10 MiB, declared or counted; exactly 10 MiB is read", async () => {
    const ada = await signUp();
    for (const [length, status] of [
      [MAX_BYTES + 1, 413],
      [MAX_BYTES, 422],
    ] as const) {
      const sent = [new Uint8Array(length), streamed(length).stream];
      for (const body of sent) expect((await putAvatar(ada, body)).status).toBe(status);
    }
  });

  it("is not read at all when it is declared too large, or when nobody is signed in", async () => {
    const ada = await signUp();
    const declared = streamed(MAX_BYTES + 1);
    const length = { "content-length": String(MAX_BYTES + 1) };
    const refused = await putAvatar(ada, declared.stream, length, {});
    expect(refused).toMatchObject({ status: 413, body: { code: "body_too_large" } });
    const nobody = streamed(MAX_BYTES);
    const stranger = await putAvatar({ access_token: "a.b.c" }, nobody.stream, {}, {});
    expect(stranger).toMatchObject({ status: 401, body: { code: "access_token_invalid" } });
    expect([declared.sent(), nobody.sent()]).toEqual([0, 0]);
  });

  it("is read no further than where it gets too large", async () => {
    const endless = streamed(10 * MAX_BYTES);
    expect((await putAvatar(await signUp(), endless.stream)).status).toBe(413);
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
    for (const refused of [
      await putAvatar(ada, broken, {}, {}),
      await putAvatar(ada, png(), short, {}),
    ]) {
      expect(refused).toMatchObject({ status: 400, body: { code: "body_incomplete" } });
    }
  });

  it("is to be sent again later when the isolate holds as many as it can", async () => {
    const people: TestUser[] = [];
    for (let n = 0; n < 2; n += 1) people.push(await signUp());
    const answers = await Promise.all(
      Array.from(
        { length: 8 },
        async (_, n) => await putAvatar(people[n % 2]!, new Uint8Array(MAX_BYTES)),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 422).length).toBeGreaterThanOrEqual(3);
    expect(new Set(statuses)).toEqual(new Set([422, 503]));
    for (const { status, headers } of answers)
      if (status === 503) expect(headers.get("retry-after")).toBe("2");
    expect((await putAvatar(people[0]!, png())).status).toBe(200);
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
