import { routePath } from "hono/route";
import type { NoteAdminCall } from "../platform/http/app-env.ts";
import { isId } from "../platform/ids.ts";
import { recordByQueue } from "./recording.service.ts";

/**
 * Audits an administrator's call once it is answered, before the answer leaves: reads and whatever was
 * refused. What changed something was written down by its service, in the transaction of the change.
 */
export const noteAdminCall: NoteAdminCall = async (c, ctx) => {
  const { method } = c.req;
  const { status } = c.res;
  if (method !== "GET" && status < 400) return;
  const id = c.req.param("id")?.toLowerCase();
  const route = routePath(c);
  // Whatever else stands there is nobody, and would be taken for an id wherever its text is found.
  const isPerson = id !== undefined && isId(id) && route.includes("/admin/users/");
  await recordByQueue(ctx, {
    action: status < 400 ? "admin.read" : "admin.failed",
    user_id: isPerson ? id : null,
    // What an admin searched for may be somebody's address: the names of the filters are enough.
    context: { method, route, status, filters: Object.keys(c.req.query()).sort() },
  });
};
