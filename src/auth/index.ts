export { endSessionsOf, liveSessionsOf } from "./auth.store.ts";
export { endSignInsOf, eraseSignInsOf } from "./erasure.service.ts";
