import { z } from "@hono/zod-openapi";
import { CATEGORIES } from "./categories.ts";

export const categorySchema = z.enum(CATEGORIES).openapi("Category");
