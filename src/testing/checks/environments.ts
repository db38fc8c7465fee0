import { isDeepStrictEqual } from "node:util";

type Named = { name: string };

/** The parts of a Worker's configuration that are looked at, as Wrangler reads them. */
export type EnvironmentConfig = {
  name?: string | undefined;
  vars: Record<string, unknown>;
  routes?: unknown[] | undefined;
  secrets?: { required?: string[] } | undefined;
  observability?:
    | {
        enabled?: boolean;
        redact_query_string?: boolean;
        logs?: { enabled?: boolean; invocation_logs?: boolean };
      }
    | undefined;
  triggers?: unknown;
  limits?: unknown;
  migrations?: unknown;
  compatibility_date?: string | undefined;
  version_metadata?: unknown;
  durable_objects: { bindings: Named[] };
  queues: {
    producers?: { binding: string; queue: string }[] | undefined;
    consumers?: { queue: string; dead_letter_queue?: string | undefined }[] | undefined;
  };
  r2_buckets: { binding: string; bucket_name?: string | undefined }[];
  ratelimits: { name: string; namespace_id: string }[];
};

/** Which must be the same everywhere, but for the names of what an environment has to itself. */
const SAME = [
  "secrets",
  "observability",
  "triggers",
  "limits",
  "migrations",
  "compatibility_date",
  "version_metadata",
  "durable_objects",
  "queues",
  "r2_buckets",
  "ratelimits",
] as const;

/**
 * Says in what an environment differs that it should not: Wrangler inherits no bindings, so each is
 * written down again, and one that is forgotten shows only once it is deployed. `needed` names the
 * variables that the code cannot do without.
 */
export function environmentFaults(
  top: EnvironmentConfig,
  environments: Record<string, EnvironmentConfig>,
  needed: readonly string[],
): string[] {
  return [
    ...Object.entries(environments).flatMap(([env, config]) => faultsOf(top, env, config, needed)),
    ...sharedResources({ "the top level": top, ...environments }),
  ];
}

function faultsOf(
  top: EnvironmentConfig,
  env: string,
  config: EnvironmentConfig,
  needed: readonly string[],
): string[] {
  const faults = SAME.filter(
    (part) => !isDeepStrictEqual(stripped(config[part], env), stripped(top[part], env)),
  ).map((part) => `[env.${env}] ${part} is not what the top level has`);
  const { observability } = config;
  if (observability?.enabled !== true || observability.logs?.enabled !== true)
    faults.push(`[env.${env}] observability is off`);
  // The platform keeps both by default: tickets and mailed tokens stand in queries, access tokens in headers.
  if (observability?.redact_query_string !== true)
    faults.push(`[env.${env}] observability keeps query strings`);
  if (observability?.logs?.invocation_logs !== false)
    faults.push(`[env.${env}] observability keeps the headers of every request`);

  const given = new Set([...Object.keys(config.vars), ...(config.secrets?.required ?? [])]);
  for (const name of needed) {
    if (!given.has(name)) faults.push(`[env.${env}] ${name} is neither a variable nor a secret`);
  }
  const { ENVIRONMENT, PUBLIC_URL = "", POSTMARK_HOST = "" } = config.vars;
  if (ENVIRONMENT !== env) faults.push(`[env.${env}] ENVIRONMENT does not say so`);
  if (POSTMARK_HOST !== "") faults.push(`[env.${env}] POSTMARK_HOST is not Postmark's own`);
  const url = URL.parse(String(PUBLIC_URL));
  if (url?.protocol !== "https:") faults.push(`[env.${env}] PUBLIC_URL is not https`);
  const route = { pattern: url?.host, custom_domain: true };
  if (JSON.stringify(config.routes) !== JSON.stringify([route]))
    faults.push(`[env.${env}] routes is not PUBLIC_URL's host as a custom domain`);
  return faults;
}

/** A value without what may differ: names that end in the environment's, and limits' namespaces. */
function stripped(value: unknown, env: string): unknown {
  const text = JSON.stringify(value ?? null, (key, part: unknown) => {
    if (key === "namespace_id") return "any";
    return typeof part === "string" && part.endsWith(`-${env}`)
      ? part.slice(0, -env.length - 1)
      : part;
  });
  return JSON.parse(text);
}

/** Names of Workers, queues, buckets and limits that two environments would share. */
function sharedResources(all: Record<string, EnvironmentConfig>): string[] {
  const owners = new Map<string, string>();
  const faults: string[] = [];
  for (const [env, config] of Object.entries(all)) {
    const names = [
      `Worker ${config.name}`,
      ...(config.queues.consumers ?? []).map(({ queue }) => `queue ${queue}`),
      ...config.r2_buckets.map(({ bucket_name }) => `bucket ${bucket_name}`),
      ...config.ratelimits.map(({ namespace_id }) => `rate limit ${namespace_id}`),
    ];
    for (const name of names) {
      const owner = owners.get(name);
      if (owner !== undefined) faults.push(`${env} and ${owner} share the ${name}`);
      owners.set(name, env);
    }
  }
  return faults;
}
