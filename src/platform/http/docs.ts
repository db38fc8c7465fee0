import { OpenAPIHono } from "@hono/zod-openapi";
import { VERSION } from "../deployment.ts";
import { errors } from "../errors.ts";
import type { AppEnv } from "./app-env.ts";
import { redocPage, swaggerPage } from "./docs-pages.ts";

const config = {
  openapi: "3.1.0",
  info: {
    title: "Focus API",
    version: VERSION,
    description:
      "The backend for screen-time apps: usage, limits and live challenges. Every error is `application/problem+json`; instants are UTC, days are the user's own.",
  },
  servers: [{ url: "/" }],
};

/** The whole document; a problem's `code` is one of the closed list. */
function describe(app: OpenAPIHono<AppEnv>, codes: readonly string[]) {
  const described = app.getOpenAPI31Document(config);
  const problem = described.components?.schemas?.["Problem"];
  if (problem && "properties" in problem && problem.properties) {
    problem.properties["code"] = { type: "string", enum: [...codes] };
  }
  return described;
}

/** The API document at `/openapi.json`, and two pages that show it, all from our own origin. */
export function docsRoutes(
  app: OpenAPIHono<AppEnv>,
  codes: readonly string[],
): OpenAPIHono<AppEnv> {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
  });
  let document: string | null = null;
  const docs = new OpenAPIHono<AppEnv>();
  docs.get("/openapi.json", (c) => {
    // Made when first asked for: most isolates never are.
    document ??= JSON.stringify(describe(app, codes));
    return c.body(document, 200, {
      "content-type": "application/json",
      "cache-control": "public, max-age=300",
    });
  });
  docs.get("/docs", (c) => page(c.html.bind(c), swaggerPage()));
  docs.get("/redoc", (c) => page(c.html.bind(c), redocPage()));
  docs.get("/docs/:file", async (c) => {
    const file = await c.env.ASSETS.fetch(c.req.raw);
    if (!file.ok) throw errors.not_found();
    return file;
  });
  return docs;
}

function page(
  html: (
    body: string,
    status: 200,
    headers: Record<string, string>,
  ) => Response | Promise<Response>,
  { html: body, content_security_policy }: { html: string; content_security_policy: string },
): Response | Promise<Response> {
  return html(body, 200, {
    "content-security-policy": content_security_policy,
    "cache-control": "public, max-age=300",
  });
}
