import { z } from "@hono/zod-openapi";
import { CATALOGUE } from "./apps.ts";
import { CATEGORIES } from "./categories.ts";

export const categorySchema = z.enum(CATEGORIES).openapi("Category");

const appSchema = z
  .object({
    id: z.string().openapi({ description: "What rules, decisions and statistics call it" }),
    name: z.string(),
    category: categorySchema,
    android: z.array(z.string()).openapi({ description: "Packages" }),
    ios: z.array(z.string()).openapi({ description: "Bundle ids" }),
    web: z.array(z.string()).openapi({ description: "Domains; one may begin with `*.`" }),
  })
  .openapi("CatalogueApp");
export const catalogueSchema = z.object({ apps: z.array(appSchema) }).openapi("Catalogue", {
  description: [
    "Which app an id means that a phone or a browser has for it, in whichever case: the one that has it",
    "as `id`, in `android`, in `ios` or in `web`. A domain in `web` also means itself after `www.`, `m.`",
    "or `mobile.`; in one that begins with `*.`, the asterisk stands for exactly one label. An id that is",
    "none of these stands for itself, in the category that the phone reports it in.",
  ].join(" "),
});

/** The whole catalogue, as phones read it. */
export function catalogueOut(): z.infer<typeof catalogueSchema> {
  return {
    apps: CATALOGUE.map(({ id, name, category, android, ios, web }) => ({
      id,
      name,
      category,
      android: [...android],
      ios: [...ios],
      web: [...web],
    })),
  };
}
