export { canonicalApp, catalogued } from "./catalogue.ts";
export { CATEGORIES, type Category } from "./categories.ts";
export { categorySchema } from "./catalogue.wire.ts";
