import type { OnceKeeper } from "../platform/http/app-env.ts";
import { beginOnce, finishOnce } from "./once.service.ts";

/** A user's keys are kept by their own object. */
export const onceKeeper: OnceKeeper = { begin: beginOnce, finish: finishOnce };
