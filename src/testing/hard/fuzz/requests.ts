import fc from "fast-check";
import type { Ask } from "../../recipes.ts";
import { isForPostmark } from "../postmark-door.ts";
import { spoiled, wellFormed } from "./bodies.ts";
import type { Document, Route } from "./document.ts";
import { deepJson, hostileText } from "./hostile.ts";
import { POSTMARK_RECORDS } from "./postmark-records.ts";
import type { Schemas } from "./schema.ts";

/** A request to a route; whose it is, and which thing it is about, is filled in when it is sent. */
export type Wild = {
  route: Route;
  /** What stands in the place of the path's parameter: "own", "foreign", or itself. */
  at: string;
  query: string;
  /** Of the body, where there is one. */
  content_type: string;
  headers: Record<string, string>;
  body: Ask["body"];
  /** Whether it bears a good token. */
  is_signed: boolean;
};

const LIMIT_BYTES = 256 * 1024;
const JSON_TYPE = "application/json";

/** Any request to any of the routes. */
export function anyRequest({ routes, schemas }: Document): fc.Arbitrary<Wild> {
  return fc.oneof(...routes.map((route) => requestTo(route, schemas)));
}

function requestTo(route: Route, schemas: Schemas): fc.Arbitrary<Wild> {
  return fc.record({
    route: fc.constant(route),
    at: fc.oneof(
      { weight: 5, arbitrary: fc.constant("own") },
      { weight: 2, arbitrary: fc.constant("foreign") },
      { weight: 2, arbitrary: hostileText },
    ),
    query: queryOf(route),
    content_type: contentTypes,
    headers: headersOf(route),
    body: bodyOf(route, schemas),
    is_signed: fc.nat({ max: 19 }).map((n) => n > 0),
  });
}

function queryOf({ queries }: Route): fc.Arbitrary<string> {
  const names = [...queries.map(({ name }) => name), "limit", "cursor", "x[]"];
  const text = fc.oneof(
    hostileText,
    fc.constantFrom("1", "100", "2026-01-01", "2026-11-20", "me", "phone", "social", "running"),
    cursor,
  );
  const pair = fc.tuple(fc.constantFrom(...names), text);
  const none = queries.length === 0 ? 12 : 2;
  return fc.oneof(
    { weight: none, arbitrary: fc.constant("") },
    {
      weight: 6,
      arbitrary: fc
        .array(pair, { minLength: 1, maxLength: 3 })
        .map((pairs) => `?${pairs.map(([name, value]) => `${name}=${encoded(value)}`).join("&")}`),
    },
    { weight: 1, arbitrary: fc.constantFrom("?%", "?limit=%ff", "?=&&=", "?limit[]=1&limit=2") },
  );
}

/** A cursor that decodes to JSON, but to none that a list gave. */
const cursor = fc
  .oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.tuple(fc.constantFrom(0, -1e16, 8.64e15, 1.5, "0"), fc.string()),
    fc.tuple(fc.integer(), fc.uuid()),
    fc.tuple(fc.uuid()),
  )
  .map((key) => Buffer.from(JSON.stringify(key)).toString("base64url"));

function headersOf({ takes_key }: Route): fc.Arbitrary<Record<string, string>> {
  const visible = hostileText.map((text) =>
    text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "?").slice(0, 2_000),
  );
  const one = fc.tuple(
    fc.constantFrom(
      "x-request-id",
      "user-agent",
      "if-none-match",
      "accept",
      "accept-language",
      "origin",
      "referer",
      "range",
      "x-forwarded-for",
      "authorization",
      "cookie",
      takes_key ? "idempotency-key" : "x-http-method-override",
    ),
    visible,
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 2, arbitrary: fc.array(one, { maxLength: 2 }).map((all) => Object.fromEntries(all)) },
  );
}

function bodyOf(route: Route, schemas: Schemas): fc.Arbitrary<Ask["body"]> {
  const nothing = fc.constant(undefined);
  if (route.method === "GET") return nothing;
  const schema = isForPostmark(route) ? POSTMARK_RECORDS : (route.body ?? {});
  const json = (value: fc.Arbitrary<unknown>) =>
    value.map((one) => JSON.stringify(one) ?? "undefined");
  const bytes = fc.uint8Array({ maxLength: 200 }).map((some) => new Uint8Array(some));
  const large = fc.constantFrom(
    deepJson(1_000),
    deepJson(20_000),
    JSON.stringify({ name: "a".repeat(LIMIT_BYTES - 100) }),
    JSON.stringify({ name: "a".repeat(LIMIT_BYTES + 1) }),
    JSON.stringify(Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`k${n}`, n]))),
    JSON.stringify({ items: Array.from({ length: 501 }, () => ({})) }),
    `[${"1,".repeat(100_000)}1]`,
  );
  return fc.oneof(
    { weight: 12, arbitrary: json(spoiled(schema, schemas)) },
    { weight: 6, arbitrary: json(wellFormed(schema, schemas)) },
    { weight: 2, arbitrary: json(fc.jsonValue()) },
    { weight: 2, arbitrary: bytes },
    {
      weight: 1,
      arbitrary: fc.constantFrom("", "{", "nul", "{}{}", "\ufeff{}", '{"a":1,"a":2}', "[]"),
    },
    { weight: 1, arbitrary: nothing },
    { weight: 1, arbitrary: large },
  );
}

/** What the platform itself lets pass in a URL is 8 KiB of it. */
const URL_TEXT = 200;

/** Percent-encodes a text that may be no text at all (lone surrogates), so that a URL can hold it. */
export function encoded(text: string): string {
  const short = text.slice(0, URL_TEXT);
  return short.isWellFormed() ? encodeURIComponent(short) : "%ED%A0%80";
}

/** Content types for a body: most of them right. */
const contentTypes = fc.oneof(
  { weight: 30, arbitrary: fc.constant(JSON_TYPE) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "text/plain",
      "application/json; charset=utf-16",
      "multipart/form-data",
      "application/x-www-form-urlencoded",
      "image/png",
      "json",
    ),
  },
);
