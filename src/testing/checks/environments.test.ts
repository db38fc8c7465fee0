import { describe, expect, it } from "vitest";
import { environmentFaults, type EnvironmentConfig } from "./environments.ts";

const watched = () => ({
  enabled: true,
  redact_query_string: true,
  logs: { enabled: true, invocation_logs: false },
});

function config(suffix: string, namespace_id: string, host?: string): EnvironmentConfig {
  const at = host === undefined ? {} : { routes: [{ pattern: host, custom_domain: true }] };
  return {
    name: `focus-api${suffix === "" ? "-local" : suffix}`,
    vars: { ENVIRONMENT: suffix.slice(1), PUBLIC_URL: `https://${host}`, POSTMARK_HOST: "" },
    ...at,
    secrets: { required: ["JWT_SECRET"] },
    observability: watched(),
    durable_objects: { bindings: [{ name: "USER" }, { name: "BOARD" }] },
    queues: {
      producers: [{ binding: "MAIL_QUEUE", queue: `mail${suffix}` }],
      consumers: [{ queue: `mail${suffix}`, dead_letter_queue: `dead${suffix}` }],
    },
    r2_buckets: [{ binding: "FILES", bucket_name: `files${suffix}` }],
    ratelimits: [{ name: "LIMIT", namespace_id }],
  };
}

const faults = (change: (staging: EnvironmentConfig) => void) => {
  const staging = config("-staging", "2", "api.example");
  change(staging);
  return environmentFaults(config("", "1"), { staging }, ["JWT_SECRET", "ENVIRONMENT"]);
};

describe("the environments of wrangler.toml", () => {
  it("are right where only names and addresses differ", () => {
    expect(faults(() => undefined)).toEqual([]);
  });

  it.each<[string, (staging: EnvironmentConfig) => void, RegExp]>([
    ["an object", (one) => void one.durable_objects.bindings.pop(), /durable_objects/],
    ["a queue's consumer", (one) => void one.queues.consumers?.pop(), /queues/],
    ["a secret", (one) => (one.secrets = { required: [] }), /JWT_SECRET is neither/],
    ["its logs", (one) => (one.observability = { ...watched(), enabled: false }), /is off/],
    [
      "silence about queries",
      (one) => (one.observability = { ...watched(), redact_query_string: false }),
      /keeps query strings/,
    ],
    [
      "silence about headers",
      (one) => (one.observability = { ...watched(), logs: { enabled: true } }),
      /keeps the headers/,
    ],
    ["its own name", (one) => (one.vars["ENVIRONMENT"] = "production"), /ENVIRONMENT/],
    ["its route", (one) => (one.routes = []), /routes/],
    ["encryption", (one) => (one.vars["PUBLIC_URL"] = "http://api.example"), /not https/],
    ["Postmark", (one) => (one.vars["POSTMARK_HOST"] = "127.0.0.1:1"), /POSTMARK_HOST/],
    [
      "a bucket to itself",
      (one) => (one.r2_buckets = config("", "1").r2_buckets),
      /share the bucket/,
    ],
    ["a limit to itself", (one) => (one.ratelimits = config("", "1").ratelimits), /share the rate/],
  ])("are told apart from one that lacks %s", (_what, change, words) => {
    expect(faults(change).join("\n")).toMatch(words);
  });
});
