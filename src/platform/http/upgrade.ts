import type { Context as HonoContext } from "hono";
import { errors } from "../errors.ts";
import { userContext, type AppEnv } from "./app-env.ts";

/**
 * Makes sure that a request may become a socket. Raises `upgrade_needed`, and `origin_not_allowed` for
 * a page that is not on the allow-list: browsers send a user's credentials from any of them.
 */
export function requireUpgrade(c: HonoContext<AppEnv>): void {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") throw errors.upgrade_needed();
  const origin = c.req.header("origin");
  if (origin !== undefined && !userContext(c).config.CORS_ORIGINS.includes(origin)) {
    throw errors.origin_not_allowed();
  }
}
