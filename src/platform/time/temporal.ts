/**
 * Temporal: the runtime's own where it has one, else `temporal-polyfill`, which makes that choice
 * itself when it is loaded. Types come from the polyfill. Only this folder imports it.
 */
export { Temporal } from "temporal-polyfill";
