export { liveSessionsOf } from "./auth.store.ts";
