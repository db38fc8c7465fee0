/** A module that stands before the bundle's entry, in the same isolate, so that it costs no hop. */
export interface EntryShim {
  source: string;
  /** Service bindings that its code uses. */
  bindings: Record<string, { external: { address: string; http: object } }>;
}

/**
 * Does in the Worker's own isolate what would otherwise take one more Worker in front of every request
 * and one behind every `fetch`: it fires crons for `GET /cdn-cgi/handler/scheduled?cron=…&time=…`, as
 * `wrangler dev` does, and leads `fetch` to a neighbour (the PlanetScale endpoint, the mail catcher)
 * straight there, past the simulator's own outbound Worker, which costs as much as the call itself.
 * Where `can_evict`, `GET /cdn-cgi/handler/evict?namespace=USER&name=…` puts that object out of memory,
 * its sockets hibernating, as the platform does at will. None of it exists in production. `neighbours`
 * are origins such as `http://127.0.0.1:8025`.
 */
export function entryShim(
  entry: string,
  neighbours: readonly string[],
  can_evict: boolean,
): EntryShim {
  const bindings: EntryShim["bindings"] = {};
  const direct: string[] = [];
  for (const [index, origin] of neighbours.entries()) {
    const name = `LOCAL_NEIGHBOUR_${index}`;
    bindings[name] = { external: { address: new URL(origin).host, http: {} } };
    direct.push(`[${JSON.stringify(`${origin}/`)}, env.${name}]`);
  }
  const source = `
${can_evict ? EVICTION : NO_EVICTION}
import { env } from "cloudflare:workers";
import worker from ${JSON.stringify(`./${entry}`)};
export * from ${JSON.stringify(`./${entry}`)};

const direct = [${direct.join(", ")}];
const fetchAnywhere = globalThis.fetch;
if (direct.length > 0) {
  globalThis.fetch = (input, init) => {
    const url = typeof input === "string" ? input : (input.href ?? input.url);
    for (const [origin, service] of direct) {
      if (url.startsWith(origin)) return service.fetch(input, init);
    }
    return fetchAnywhere(input, init);
  };
}

async function fireCron(url, env, ctx) {
  const { searchParams } = new URL(url);
  const controller = {
    cron: searchParams.get("cron") ?? "",
    scheduledTime: Number(searchParams.get("time") || Date.now()),
    noRetry() {},
  };
  try {
    await worker.scheduled(controller, env, ctx);
    return new Response("ok");
  } catch (error) {
    console.error(error);
    return new Response("exception", { status: 500 });
  }
}

const handler = {
  fetch(request, env, ctx) {
    const { url } = request;
    if (evict && url.startsWith("/cdn-cgi/handler/evict?", url.indexOf("/", 8))) return evict(url, env);
    return url.startsWith("/cdn-cgi/handler/scheduled", url.indexOf("/", 8))
      ? fireCron(url, env, ctx)
      : worker.fetch(request, env, ctx);
  },
};
if (worker.scheduled) handler.scheduled = (controller, env, ctx) => worker.scheduled(controller, env, ctx);
if (worker.queue) handler.queue = (batch, env, ctx) => worker.queue(batch, env, ctx);
export default handler;
`;
  return { source, bindings };
}

const NO_EVICTION = "const evict = null;";

/** Only test runs may load this module of workerd's: it needs the flag `unsafe_module`. */
const EVICTION = `
import unsafe from "workerd:unsafe";

async function evict(url, env) {
  const { searchParams } = new URL(url);
  const objects = env[searchParams.get("namespace")];
  const stub = objects.get(objects.idFromName(searchParams.get("name")));
  try {
    await unsafe.evict(stub, { webSockets: "hibernate" });
    return new Response("ok");
  } catch (error) {
    return new Response(String(error), { status: 409 });
  }
}
`;
