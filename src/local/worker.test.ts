import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listen, sendJson } from "./http.ts";
import type { LocalServer } from "./http.ts";
import { freePort } from "./ports.ts";
import type { RunningWorker } from "./worker.ts";
import { buildWorker, startWorker } from "./worker.ts";

const CONFIG = `
name = "tried"
main = "src/worker.ts"
compatibility_date = "2026-10-01"
[assets]
directory = ".local/assets"
binding = "ASSETS"
run_worker_first = true
[triggers]
crons = ["*/15 * * * *"]
[secrets]
required = ["JWT_SECRET"]
[vars]
ENVIRONMENT = "local"
PUBLIC_URL = "http://localhost:8787"
[[durable_objects.bindings]]
name = "USER"
class_name = "UserObject"
[[durable_objects.bindings]]
name = "BOARD"
class_name = "BoardObject"
[[migrations]]
tag = "v1"
new_sqlite_classes = ["UserObject", "BoardObject"]
[[queues.producers]]
binding = "MAIL_QUEUE"
queue = "focus-mail"
[[queues.consumers]]
queue = "focus-mail"
max_batch_timeout = 1
[[r2_buckets]]
binding = "FILES"
bucket_name = "focus-files"
[[ratelimits]]
name = "AUTH_LIMIT"
namespace_id = "1001"
simple = { limit = 60, period = 60 }
[env.other]
name = "tried-other"
[env.other.vars]
ENVIRONMENT = "other"
`;

const WORKER = `
import { DurableObject } from "cloudflare:workers";
import text from "./note.txt";
export class UserObject extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("create table if not exists c (k text primary key, n int)");
  }
  add() {
    this.ctx.storage.sql.exec("insert into c values ('a', 1) on conflict (k) do update set n = n + 1");
    return this.ctx.storage.sql.exec("select n from c").one().n;
  }
  call(url) { return fetch(url).then((answer) => answer.json()); }
}
export class BoardObject extends DurableObject {
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(socket, message) { socket.send("echo " + message); }
}
let last = null;
export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    switch (pathname) {
      case "/env": return Response.json({ e: env.ENVIRONMENT, s: env.JWT_SECRET, h: env.PUBLIC_URL, text });
      case "/add": return Response.json(await env.USER.getByName("x").add());
      case "/socket": return env.BOARD.getByName("x").fetch(request);
      case "/send": await env.MAIL_QUEUE.send("hello"); return new Response();
      case "/put": await env.FILES.put("k", await request.text()); return new Response();
      case "/get": return new Response((await env.FILES.get("k")).body);
      case "/limit": return Response.json(await env.AUTH_LIMIT.limit({ key: "a" }));
      case "/asset": return env.ASSETS.fetch(new Request("http://assets/hello.txt"));
      case "/call": return Response.json(await env.USER.getByName("x").call(searchParams.get("url")));
      case "/last": return Response.json(last);
      case "/log": console.log(JSON.stringify({ level: "info", words: "from the Worker" }));
    }
    return new Response(null, { status: 404 });
  },
  scheduled({ cron, scheduledTime }) {
    last = { cron, scheduledTime };
    if (cron === "fail") throw new Error("told to");
  },
  queue({ queue, messages }) { last = { queue, bodies: messages.map(({ body }) => body) }; },
};
`;

let folder: string;
let worker: RunningWorker;
let neighbour: LocalServer;
let port: number;
const said: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "focus-worker-"));
  await mkdir(join(folder, "src"));
  await mkdir(join(folder, ".local/assets"), { recursive: true });
  await writeFile(join(folder, ".local/assets/hello.txt"), "an asset");
  await writeFile(join(folder, "src/worker.ts"), WORKER);
  await writeFile(join(folder, "src/note.txt"), "a note");
  const configPath = join(folder, "wrangler.toml");
  await writeFile(configPath, CONFIG);
  neighbour = await listen(0, (request, response) => {
    sendJson(response, 200, { path: request.url, via: request.headers["cf-worker"] ?? null });
  });
  port = await freePort();
  const built = await buildWorker({ outdir: join(folder, "built"), configPath });
  worker = await startWorker({
    built,
    persist: join(folder, "state"),
    port,
    bindings: { JWT_SECRET: "a secret", PUBLIC_URL: "http://elsewhere" },
    neighbours: [`http://127.0.0.1:${neighbour.port}`],
    logFile: join(folder, "worker.log"),
    log: (line) => said.push(line),
  });
});

afterAll(async () => {
  await worker.stop();
  await neighbour.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
  const text = await (await fetch(`${worker.url}${path}`, init)).text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

test("variables come from wrangler.toml, and those that are given stand in their place", async () => {
  expect(await ask("/env")).toEqual({
    e: "local",
    s: "a secret",
    h: "http://elsewhere",
    text: "a note",
  });
});

test("the bindings of wrangler.toml are there", async () => {
  await ask("/put", { method: "POST", body: "a file" });
  expect(await ask("/get")).toBe("a file");
  expect(await ask("/limit")).toEqual({ success: true });
  expect(await ask("/asset")).toBe("an asset");
  await ask("/send");
  await expect
    .poll(() => ask("/last"), { timeout: 5000 })
    .toEqual({ queue: "focus-mail", bodies: ["hello"] });
});

test("a cron is fired by hand with its instant, and tells of its failure", async () => {
  const path = "/cdn-cgi/handler/scheduled?cron=*/15+*+*+*+*&time=1763780400000";
  expect(await ask(path)).toBe("ok");
  expect(await ask("/last")).toEqual({ cron: "*/15 * * * *", scheduledTime: 1_763_780_400_000 });
  const failed = await fetch(`${worker.url}/cdn-cgi/handler/scheduled?cron=fail`);
  expect(failed.status).toBe(500);
});

test("a socket goes through to the object", async () => {
  const socket = new WebSocket(`${worker.url.replace("http", "ws")}/socket`);
  const echo = await new Promise((resolve, reject) => {
    socket.addEventListener("open", () => socket.send("hi"));
    socket.addEventListener("message", ({ data }) => resolve(data));
    socket.addEventListener("error", reject);
  });
  socket.close();
  expect(echo).toBe("echo hi");
});

test("a call to a neighbour goes straight to it, from objects as well", async () => {
  const url = `http://127.0.0.1:${neighbour.port}/some/path?q=1`;
  expect(await ask(`/call?url=${encodeURIComponent(url)}`)).toEqual({
    path: "/some/path?q=1",
    via: null,
  });
});

test("what the Worker writes to its console is in the log file as JSON lines", async () => {
  await ask("/log");
  await expect
    .poll(() => readFile(join(folder, "worker.log"), "utf8"))
    .toContain('{"level":"info","words":"from the Worker"}\n');
});

test("a port that is taken is said so", async () => {
  const built = { folder: join(folder, "built"), configPath: join(folder, "wrangler.toml") };
  const second = startWorker({ built, persist: join(folder, "other"), port, bindings: {} });
  await expect(second).rejects.toThrow(/in use/);
});

test("workerd that is killed comes back with the state that was on disk", async () => {
  await ask("/put", { method: "POST", body: "kept" });
  expect(await ask("/add")).toBe(1);
  const pid = await worker.pid;
  await worker.kill("SIGKILL");
  await worker.restarted();
  expect(await ask("/add")).toBe(2);
  expect(await ask("/get")).toBe("kept");
  expect(await worker.pid).not.toBe(pid);
  expect(said.join("\n")).toMatch(/crashed[\s\S]*workerd runs again/);
});
