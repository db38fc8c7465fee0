import { z } from "@hono/zod-openapi";
import { userContext } from "../platform/http/app-env.ts";
import { defineRoute, empty, featureApp } from "../platform/http/route.ts";
import { requireUpgrade } from "../platform/http/upgrade.ts";
import { listen } from "./live.service.ts";

const getLive = defineRoute("/users/me/live", "socket", {
  method: "get",
  tags: ["Users"],
  summary: "What concerns the caller, live: a WebSocket of JSON frames",
  description: [
    "Frames, each with its `type`: `policy { policy_version }` first, and whenever the decisions are to",
    "be asked for anew; `alert { rule_id, percent, used_seconds, limit_seconds }`, each once a rule and",
    "day; `blocked { rule_id }` and `unblocked { rule_id }`; `challenge { id, status }`. After a",
    'reconnect `{ "type": "resume" }` gives `policy` again. `ping` is answered `pong`: send one every',
    "30 s, for it says that the frames are being read. Close codes: 4401 token or session ended, 4403",
    "account disabled, 4408 too slow (more than 1 MiB since the last answered `ping`), 4429 too many or",
    "too large messages.",
  ].join(" "),
  request: { query: z.object({ ticket: z.string().max(1000).optional() }) },
  responses: { 101: empty("The socket is open; the first frame is `policy`") },
});

export const liveRoutes = featureApp().openapi(getLive, async (c) => {
  requireUpgrade(c);
  return await listen(userContext(c));
});
