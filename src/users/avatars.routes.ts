import { z } from "@hono/zod-openapi";
import { withNewDeadline } from "../platform/context.ts";
import { anyContext, userContext } from "../platform/http/app-env.ts";
import { isKnownToCaller } from "../platform/http/if-none-match.ts";
import { withBody } from "../platform/http/raw-body.ts";
import {
  defineRoute,
  empty,
  featureApp,
  json,
  REQUEST_DEADLINE_MS,
} from "../platform/http/route.ts";
import { findAvatar, openAvatar, removeAvatar, setAvatar } from "./avatars.service.ts";
import { IMAGE_TYPES } from "./images/image.ts";
import { userOut, userSchema } from "./users.wire.ts";

const tags = ["Users"];
const MAX_AVATAR_BYTES = 10 * 1024 * 1024;
const YEAR_SECONDS = 365 * 86_400;

const bytes = z.string().openapi({ format: "binary" });
const images = Object.fromEntries(IMAGE_TYPES.map((type) => [type, { schema: bytes }]));

const putAvatar = defineRoute("/users/me/avatar", "user", {
  method: "put",
  tags,
  summary: "Set the caller's avatar: the bytes of a PNG, JPEG or WebP, at most 10 MiB",
  description:
    "What counts is the content, not the Content-Type: 1 to 8,192 pixels a side. Metadata (place, camera, comments) is not kept.",
  request: { body: { description: "The image", required: true, content: images } },
  takes_bytes: true,
  responses: { 200: json(userSchema, "The account with the address of its avatar") },
});

const deleteAvatar = defineRoute("/users/me/avatar", "user", {
  method: "delete",
  tags,
  summary: "Remove the caller's avatar, if there is one",
  responses: { 200: json(userSchema, "The account without an avatar") },
});

const getAvatar = defineRoute("/avatars/{key}", "public", {
  method: "get",
  tags,
  summary: "An avatar, at the address that `avatar_url` gives; it never changes",
  request: {
    params: z.object({
      key: z
        .string()
        .regex(/^[\w-]{32}$/)
        .openapi({ param: { name: "key", in: "path" } }),
    }),
  },
  responses: {
    200: { description: "The image", content: images },
    304: empty("The caller has it already (`If-None-Match`)"),
  },
  problems: [404],
});

export const avatarRoutes = featureApp()
  .openapi(putAvatar, async (c) => {
    const ctx = userContext(c);
    const user = await withBody(
      c.req.raw,
      MAX_AVATAR_BYTES,
      async (body) => await setAvatar(withNewDeadline(ctx, REQUEST_DEADLINE_MS), body),
    );
    return c.json(userOut(user, ctx.config.PUBLIC_URL), 200);
  })
  .openapi(deleteAvatar, async (c) => {
    const ctx = userContext(c);
    return c.json(userOut(await removeAvatar(ctx), ctx.config.PUBLIC_URL), 200);
  });

/** Mounted at the root: an avatar's address is no part of the API's versions. */
export const avatarFileRoutes = featureApp().openapi(getAvatar, async (c) => {
  const ctx = anyContext(c);
  const { key } = c.req.valid("param");
  // A key is never used for a second image, so it is its image's entity tag as well.
  const etag = `"${key}"`;
  const isKnown = isKnownToCaller(c.req.header("if-none-match"), etag);
  const isUnread = isKnown || c.req.method === "HEAD";
  const image = await (isUnread ? findAvatar : openAvatar)(ctx, key);
  const cached = {
    etag,
    "cache-control": `public, max-age=${YEAR_SECONDS}, immutable`,
    "cross-origin-resource-policy": "cross-origin",
  };
  if (isKnown) return c.body(null, 304, cached);
  const headers = {
    ...cached,
    "content-type": image.type,
    "content-length": String(image.size_bytes),
    "content-disposition": "inline",
  };
  return image.body ? c.body(image.body, 200, headers) : c.body(null, 200, headers);
});
