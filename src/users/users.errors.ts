import { defineErrors } from "../platform/errors.ts";

export const userErrors = defineErrors({
  unsubscribe_token_invalid: {
    kind: "malformed",
    title: "The unsubscribe link is not one that was mailed",
  },
  not_an_image: {
    kind: "invalid",
    title: "The body is not a whole PNG, JPEG or WebP image of 1 to 8,192 pixels a side",
  },
  last_admin: { kind: "conflict", title: "There must be another active administrator" },
});
