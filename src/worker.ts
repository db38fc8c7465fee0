import { createApp } from "./app.ts";
import { runCron } from "./cron.ts";
import { consumeQueue } from "./queue.ts";

export { LoginGuardObject } from "./auth/login-guard.object.ts";
export { BoardObject } from "./challenges/board.object.ts";
export { RelayObject } from "./challenges/relay.object.ts";
export { MetricsObject } from "./metrics/metrics.object.ts";
export { UserObject } from "./user-object/user.object.ts";

const app = createApp();

export default {
  fetch: app.fetch,
  scheduled: runCron,
  queue: consumeQueue,
} satisfies ExportedHandler<Env>;
