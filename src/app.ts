import { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { getPath } from "hono/utils/url";
import { adminChallengesRoutes } from "./admin/admin-challenges.routes.ts";
import { adminErrors } from "./admin/admin.errors.ts";
import { adminUsersRoutes } from "./admin/admin-users.routes.ts";
import { noteAdminCall } from "./audit/admin-calls.middleware.ts";
import { logsRoutes } from "./audit/logs.routes.ts";
import { accountRoutes } from "./auth/account.routes.ts";
import { authenticate, refusedAtTheDoor } from "./auth/auth.middleware.ts";
import { authErrors } from "./auth/auth.errors.ts";
import { authRoutes } from "./auth/auth.routes.ts";
import { blockingErrors } from "./blocking/blocking.errors.ts";
import { blockingRoutes } from "./blocking/blocking.routes.ts";
import { catalogueRoutes } from "./catalogue/catalogue.routes.ts";
import { challengeErrors } from "./challenges/challenges.errors.ts";
import { challengesRoutes } from "./challenges/challenges.routes.ts";
import { boardRoutes } from "./challenges/board.routes.ts";
import { mailErrors } from "./mail/mail.errors.ts";
import { mailRoutes } from "./mail/mail.routes.ts";
import { metricsRoutes } from "./metrics/metrics.routes.ts";
import { ownerRoutes } from "./challenges/owner.routes.ts";
import { errors } from "./platform/errors.ts";
import type { AppEnv } from "./platform/http/app-env.ts";
import { docsRoutes } from "./platform/http/docs.ts";
import { allowedOrigins, edge } from "./platform/http/edge.ts";
import { systemHealthRoutes } from "./health/health.routes.ts";
import { healthRoutes } from "./platform/http/health.ts";
import { problemResponse, statusOf, toAppError } from "./platform/http/problem.ts";
import { logFault } from "./platform/log.ts";
import { myStatsRoutes } from "./statistics/my-stats.routes.ts";
import { statisticsAdminRoutes } from "./statistics/statistics.routes.ts";
import { statisticsRoutes } from "./usage/statistics.routes.ts";
import { usageRoutes } from "./usage/usage.routes.ts";
import { liveRoutes } from "./user-object/live.routes.ts";
import { onceKeeper } from "./user-object/once.middleware.ts";
import { userObjectErrors } from "./user-object/user-object.errors.ts";
import { avatarFileRoutes, avatarRoutes } from "./users/avatars.routes.ts";
import { unsubscribeRoutes } from "./users/unsubscribe.routes.ts";
import { userErrors } from "./users/users.errors.ts";
import { usersRoutes } from "./users/users.routes.ts";

/** Every route, below the order in which a request passes: edge, origins, size, access, validation, handler. */
export function createApp(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({
    // `/api/v1` is another name of `/api`.
    getPath: (request) => getPath(request).replace(/^\/api\/v1(?=\/|$)/, "/api"),
  });

  app.use(edge);
  app.use(allowedOrigins);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, allowed) => {
        const refused = problemResponse(errors.method_not_allowed(), c.get("origin").request_id);
        refused.headers.set("allow", allowed.join(", "));
        return refused;
      },
    }),
  );
  app.use(async (c, next) => {
    c.set("authenticate", authenticate);
    c.set("noteAdminCall", noteAdminCall);
    c.set("onceKeeper", onceKeeper);
    await next();
  });

  for (const routes of [
    healthRoutes,
    catalogueRoutes,
    authRoutes,
    accountRoutes,
    usersRoutes,
    myStatsRoutes,
    liveRoutes,
    avatarRoutes,
    usageRoutes,
    statisticsRoutes,
    blockingRoutes,
    challengesRoutes,
    ownerRoutes,
    boardRoutes,
    mailRoutes,
    unsubscribeRoutes,
    statisticsAdminRoutes,
    systemHealthRoutes,
    adminUsersRoutes,
    adminChallengesRoutes,
    logsRoutes,
  ]) {
    app.route("/api", routes);
  }
  app.route("/", avatarFileRoutes);
  app.route("/", metricsRoutes);
  const codes = [
    errors,
    authErrors,
    userErrors,
    userObjectErrors,
    blockingErrors,
    challengeErrors,
    mailErrors,
    adminErrors,
  ].flatMap((list) => Object.keys(list));
  app.route("/", docsRoutes(app, codes.sort()));

  app.notFound((c) => problemResponse(errors.not_found(), c.get("origin").request_id));
  app.onError(async (thrown, c) => {
    const error = await refusedAtTheDoor(c, toAppError(thrown));
    const { request_id } = c.get("origin");
    if (error.details.cause !== undefined && statusOf[error.kind] >= 500) {
      logFault("request_failed", error.details.cause, { request_id, code: error.code });
    }
    c.get("log").note({ code: error.code });
    return problemResponse(error, request_id);
  });
  return app;
}
