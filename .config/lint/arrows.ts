import type { FeatureRole, PlainRole, Role } from "./roles.ts";

type Target =
  | PlainRole
  /** A file of that role in the same feature. */
  | `own ${FeatureRole}`
  /** A file of that role in whichever feature. */
  | `any ${FeatureRole}`
  /** The index.ts of another feature. */
  | "other index";

/** What an arrow may point to; `type …` holds for `import type` alone. */
export type Allowed = Target | `type ${Target}`;

const CORE = ["platform", "platform/pure", "platform/time"] as const;
const MACHINERY = [...CORE, "platform/db", "platform/objects"] as const;
const WHOLE_PLATFORM = [...MACHINERY, "platform/http"] as const;

/** The one table of who may import what. A role that is missing here may import anything. */
export const ARROWS: Partial<Record<Role, readonly Allowed[]>> = {
  // Assembly: wires the features together and decides nothing.
  worker: ["app", "cron", "queue", "any object", ...WHOLE_PLATFORM],
  app: ["any routes", "any errors", "any middleware", ...WHOLE_PLATFORM],
  cron: ["any jobs", ...MACHINERY],
  // Its pages go on with what a cron began, by the same table of jobs.
  queue: ["cron", "any jobs", ...MACHINERY],

  // Edges of a feature: turn a request or a trigger into one call of a use case.
  routes: [
    "own routes",
    "own wire",
    "own middleware",
    "own service",
    "type own store",
    "own errors",
    "own pure",
    "other index",
    ...WHOLE_PLATFORM,
  ],
  middleware: ["own service", "own errors", "own pure", "other index", ...WHOLE_PLATFORM],
  wire: ["own wire", "own pure", "type own store", "other index", ...CORE, "platform/http"],
  jobs: ["own service", "own errors", "own pure", "other index", ...MACHINERY],

  // Use cases and what they work with.
  service: [
    "own service",
    "own store",
    "own client",
    "own errors",
    "own pure",
    "other index",
    "emails",
    ...MACHINERY,
  ],
  store: ["own store", "any table", "own pure", "type other index", ...CORE, "platform/db"],
  table: ["any table", "own pure", "platform/db"],
  client: [
    "own client",
    "own pure",
    "type own object",
    "type own part",
    ...CORE,
    "platform/objects",
  ],
  object: [
    "own object",
    "own part",
    "own schema",
    "own service",
    "own store",
    "own jobs",
    "own client",
    "own errors",
    "own pure",
    "other index",
    ...WHOLE_PLATFORM,
  ],
  part: [
    "own part",
    "own schema",
    // The way out to MySQL of what the part keeps.
    "own store",
    "own errors",
    "own pure",
    "other index",
    ...CORE,
    "platform/objects",
  ],
  schema: ["own pure", "platform/objects"],
  errors: ["own errors", "own pure", "platform/pure"],
  pure: [
    "own pure",
    "own errors",
    "other index",
    "type emails",
    "platform/pure",
    "platform/time",
    "type platform",
  ],

  // A feature's front door: only what stands in its own house.
  index: [
    "own routes",
    "own middleware",
    "own wire",
    "own service",
    "own store",
    "own table",
    "own client",
    "own object",
    "own part",
    "own schema",
    "own errors",
    "own pure",
  ],

  // Machinery that knows no feature, and templates that know nobody.
  platform: WHOLE_PLATFORM,
  "platform/pure": WHOLE_PLATFORM,
  "platform/db": WHOLE_PLATFORM,
  "platform/http": WHOLE_PLATFORM,
  "platform/objects": WHOLE_PLATFORM,
  "platform/time": WHOLE_PLATFORM,
  emails: ["emails"],

  // The local stack plays the outside world: it must not share the Worker's code.
  local: [
    "local",
    "emails",
    "migrations",
    "type platform",
    "type platform/pure",
    "type platform/time",
  ],
};

/** What to do instead, by the role that imports. */
export const WAYS_OUT: Partial<Record<Role, string>> = {
  worker:
    "worker.ts only assembles: put the logic into a feature and mount it in app, cron or queue.",
  app: "app.ts mounts routes: put what you need into a routes, middleware or errors file.",
  cron: "cron.ts calls jobs: give the feature an x.jobs.ts that calls its service.",
  queue: "queue.ts calls jobs: give the feature an x.jobs.ts that calls its service.",
  routes: "let the feature's own service do it, and call that service.",
  middleware: "let the feature's own service do it, and call that service.",
  wire: "a wire file only describes data; move behaviour to the routes or the service.",
  jobs: "let the feature's own service do it, and call that service.",
  service: "HTTP belongs to the routes, SQL to the store, calls of objects to the client.",
  store: "a store only reads and writes rows: pass in what it needs as arguments.",
  table: "a table file only declares columns and indexes.",
  client: "a client only calls an object: pass in what it needs as arguments.",
  object: "an object is thin: put the logic into a pure module of its feature.",
  part: "a part keeps one kind of rows in its object's SQLite: pass in what else it needs.",
  schema: "a schema only lists the steps of its object's SQLite tables.",
  errors: "an errors file only lists codes.",
  pure: "a pure module knows no I/O: take the value as an argument, or move the call to the service.",
  index: "index.ts passes on only what its own feature offers.",
  emails: "a template is a function of its data: pass the data in.",
  local: "the local stack meets the Worker over the wire only.",
};
