import type { Bindings } from "../platform/bindings.ts";

/** The classes of objects, each with a binding of its own. */
export const OBJECT_CLASSES = {
  user: "USER",
  board: "BOARD",
  relay: "RELAY",
  login_guard: "LOGIN_GUARD",
  metrics: "METRICS",
} as const satisfies Record<string, keyof Bindings>;
export type ObjectClass = keyof typeof OBJECT_CLASSES;

export const QUEUES = {
  mail: "MAIL_QUEUE",
  jobs: "JOBS_QUEUE",
  audit: "AUDIT_QUEUE",
} as const satisfies Record<string, keyof Bindings>;
export type QueueName = keyof typeof QUEUES;

const namesOf = <K extends string>(list: Record<K, unknown>) => Object.keys(list) as K[];

export const objectClasses: readonly ObjectClass[] = namesOf(OBJECT_CLASSES);
export const queueNames: readonly QueueName[] = namesOf(QUEUES);
