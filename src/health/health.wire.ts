import { z } from "@hono/zod-openapi";
import { instantOut } from "../platform/http/schemas.ts";
import { objectClasses, queueNames } from "./parts.ts";

const reading = {
  status: z.enum(["ok", "sick", "late"]).openapi({
    description: "`late`: no answer within two seconds",
  }),
  latency_ms: z.int(),
  error: z.string().nullable(),
};

export const systemHealthOut = z
  .object({
    status: z.enum(["ok", "degraded"]),
    version: z.string(),
    deploy_id: z.string(),
    database: z.object({ ...reading, version: z.string().nullable() }),
    objects: z
      .array(z.object({ name: z.enum(objectClasses), ...reading }))
      .openapi({ description: "One round trip to an object of each class" }),
    queues: z.array(
      z.object({
        name: z.enum(queueNames),
        ...reading,
        backlog: z.object({ messages: z.int(), bytes: z.int() }).nullable(),
      }),
    ),
    mail: z.object(reading),
    storage: z.object(reading),
    jobs: z
      .array(
        z.object({
          job: z.string(),
          window_start: instantOut,
          started_at: instantOut,
          ended_at: instantOut.nullable(),
          pages: z.int(),
          failures: z.int(),
          counts: z.record(z.string(), z.number()),
          error: z.string().nullable(),
        }),
      )
      .nullable()
      .openapi({ description: "The last run of each job; null where the database is away" }),
  })
  .openapi("SystemHealth");
