import type { Hook } from "@hono/zod-openapi";
import type { z } from "zod";
import { errors, type FieldError } from "../errors.ts";
import type { AppEnv } from "./app-env.ts";

/** Names each faulty field by its path; an unknown field is named itself, not its parent. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: [...issue.path, key].join("."),
        message: "unknown field",
      }));
    }
    return [{ path: issue.path.join("."), message: issue.message }];
  });
}

/** What every route does with input that does not fit: 422 with the fields, 404 for an id that is none. */
export const validationHook: Hook<unknown, AppEnv, string, unknown> = (result) => {
  if (result.success) return undefined;
  if (result.target === "param") throw errors.not_found();
  throw errors.invalid_fields({ errors: fieldErrors(result.error.issues) });
};
