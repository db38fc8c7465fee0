import { exports } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { TRIP_TIMEOUT_MS } from "../platform/db/guarded-fetch.ts";
import { digestOf } from "../platform/digest.ts";
import { call } from "../testing/api.ts";
import { healAfterEach, mysqlFails } from "../testing/faults.ts";
import { misfits, type Schemas } from "../testing/hard/fuzz/schema.ts";
import { PhoneCatalogue, type WireApp } from "../testing/phone-catalogue.ts";
import { CATALOGUE } from "./apps.ts";
import { canonicalApp, catalogued } from "./catalogue.ts";

healAfterEach();

/** Every id that leads to an app of the catalogue, in the forms in which phones and browsers have it. */
const known = CATALOGUE.flatMap(({ id, android, ios, web }) => [
  ...[id, ...android, ...ios],
  ...web.flatMap((domain) =>
    domain.startsWith("*.")
      ? [domain.replace("*", "xy"), domain.replace("*", "en-gb")]
      : ["", "www.", "m.", "mobile."].map((door) => door + domain),
  ),
]);

let served: { apps: WireApp[] };
let phone: PhoneCatalogue;
beforeAll(async () => {
  served = (await call<{ apps: WireApp[] }>("GET", "/catalogue")).body;
  phone = new PhoneCatalogue(served);
});

/** Asks for the catalogue with these headers and no others. */
async function ask(headers: Record<string, string> = {}, method = "GET", path = "/api/catalogue") {
  return await exports.default.fetch(new Request(`http://localhost${path}`, { method, headers }));
}

describe("the catalogue that a phone reads", () => {
  it("has every app, as the document describes it", async () => {
    expect(served.apps).toEqual(CATALOGUE);
    const document = await (
      await ask({}, "GET", "/openapi.json")
    ).json<{ components: { schemas: Schemas } }>();
    const schema = { $ref: "#/components/schemas/Catalogue" };
    expect(misfits(served, schema, document.components.schemas)).toEqual([]);
  });

  it("has each id that the server resolves, under the app and the category it resolves it to", () => {
    for (const id of [...known, ...known.map((one) => one.toUpperCase())]) {
      const app = canonicalApp(id);
      expect(phone.find(id), id).toMatchObject({ id: app, ...catalogued(app) });
    }
  });

  it("has no other id: what is near one means to the phone what it means to the server", () => {
    const bit = fc.constantFrom("www.", "m.", "mobile.", "xy.", ".", "x", ".com", "com.", "*.");
    const near = fc
      .tuple(fc.constantFrom(...known), bit, fc.nat(), fc.constantFrom(0, 1, 4))
      .map(([id, more, place, less]) => {
        const at = place % (id.length + 1);
        return id.slice(0, at) + more + id.slice(at + less);
      });
    const before = fc.tuple(bit, fc.constantFrom(...known)).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(near, before, fc.string()), (id) => {
        expect(phone.find(id)?.id ?? id).toBe(canonicalApp(id));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("GET /catalogue", () => {
  it("answers who has it with 304 and no body, and HEAD with nothing but headers", async () => {
    const first = await ask();
    const etag = String(first.headers.get("etag"));
    expect(etag).toBe(`"${digestOf(await first.text())}"`);
    for (const have of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await ask({ "if-none-match": have });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      expect(again.headers.get("etag")).toBe(etag);
      expect(again.headers.get("cache-control")).toBe("public, max-age=3600");
    }
    const other = await ask({ "if-none-match": '"other"' });
    expect([other.status, await other.json()]).toEqual([200, served]);
    const head = await ask({}, "HEAD");
    expect([head.status, head.headers.get("etag"), await head.text()]).toEqual([200, etag, ""]);
  });

  it("needs no account, and may be kept for an hour, by whoever passes it on", async () => {
    const answers = [
      await ask(),
      await ask({ authorization: "Bearer a.b.c" }),
      await ask({ "accept-language": "fr" }, "GET", "/api/v1/catalogue"),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("application/json");
      expect(answer.headers.get("cache-control")).toBe("public, max-age=3600");
      expect(answer.headers.has("ratelimit")).toBe(false);
      expect(await answer.json()).toEqual(served);
    }
  });

  it.each(["refused", "hung"])("is the same while MySQL is %s", async (mode) => {
    const { headers } = await ask();
    await mysqlFails({ mode });
    const from = Date.now();
    const answer = await ask();
    // Whoever asked MySQL and went on without it would have waited as long for it.
    expect(Date.now() - from).toBeLessThan(TRIP_TIMEOUT_MS);
    expect([answer.status, await answer.json()]).toEqual([200, served]);
    expect(answer.headers.get("etag")).toBe(headers.get("etag"));
  });
});
