import { z } from "@hono/zod-openapi";
import {
  idParam,
  idSchema,
  instantOut,
  pageOf,
  pageQuery,
  text,
} from "../platform/http/schemas.ts";
import { formatInstant } from "../platform/time/instant.ts";
import { displayNameSchema, SEARCHED, userOut, userSchema } from "../users/index.ts";
import type { UserFacts } from "./user-facts.ts";
import { SEARCH_SORTS, USER_SORTS } from "./user-order.ts";

const roleSchema = z.enum(["user", "admin"]);

export const userParam = idParam;

export const usersQuery = z
  .object({
    q: text(SEARCHED.least, SEARCHED.most)
      .optional()
      .openapi({
        description: [
          "A part of the display name, or of the address before its @, or the beginning of a part",
          "of its domain; without regard to case and accents",
        ].join(" "),
      }),
    role: roleSchema.optional(),
    is_active: z
      .enum(["true", "false"])
      .transform((word) => word === "true")
      .optional()
      .openapi({ type: "boolean" }),
    sort: z.enum(USER_SORTS).default("-created_at").openapi({
      description: "With `q`, by `-created_at` or `created_at` only",
    }),
    ...pageQuery,
    // Holds the name or the address at which the page ended.
    cursor: z.string().max(800).optional(),
  })
  .refine(({ q, sort }) => q === undefined || SEARCH_SORTS.includes(sort), {
    path: ["sort"],
    message: "what is searched for is ordered by -created_at or created_at",
  });

/** Where a list of accounts goes on: in which order, behind what. */
export const userCursor = z.tuple([z.enum(USER_SORTS), z.string().max(254), idSchema]);

export const userPageSchema = pageOf(userSchema).openapi("Users");

/** The fields that are the administrators' to change. */
export const accountChangesSchema = z
  .strictObject({ display_name: displayNameSchema, role: roleSchema, is_active: z.boolean() })
  .partial()
  .openapi("AccountChanges");

export const userFactsSchema = userSchema
  .extend({
    sessions: z.object({ live: z.int(), last_seen_at: instantOut.nullable() }),
    challenges: z.object({ active: z.int(), finished: z.int(), won: z.int() }),
    blocked_rules: z.int(),
    week_seconds: z.int().openapi({ description: "Reported use of the last seven own days" }),
  })
  .openapi("UserFacts");

/** An account with its use, as an administrator sees it. */
export function userFactsOut(
  { user, sessions, ...facts }: UserFacts,
  public_url: string,
): z.infer<typeof userFactsSchema> {
  const { live, last_seen_at } = sessions;
  return {
    ...userOut(user, public_url),
    ...facts,
    sessions: { live, last_seen_at: last_seen_at === null ? null : formatInstant(last_seen_at) },
  };
}
