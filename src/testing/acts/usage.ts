import { newId } from "../../platform/ids.ts";
import { HOUR_MS } from "../../platform/time/instant.ts";
import { report } from "../challenges.ts";
import { testDatabase } from "../database.ts";
import { asUser, by, type Act, type Tried } from "./act.ts";

export const USAGE_ACTS = {
  "usage.activity_deleted": [
    asUser("that the object holds", async (ada, clock) => {
      const started_at = new Date(clock.now() - HOUR_MS).toISOString();
      const activity_id = await report(ada, { started_at });
      const row = by(ada, { context: { activity_id } });
      return { method: "DELETE", path: `/activities/${activity_id}`, status: 204, row };
    }),
    asUser("that only MySQL holds", async (ada, clock) => {
      const activity_id = newId(clock.now());
      await testDatabase().execute(
        `insert into activities values ('${ada.id}','${activity_id}','interval','x','x',null,'social','','2026-01-01','2026-01-01','2026-01-01 00:00:01',1,'2026-01-01',null,1)`,
      );
      const row = by(ada, { context: { activity_id } });
      return { method: "DELETE", path: `/activities/${activity_id}`, status: 204, row };
    }),
  ],
} satisfies Partial<Record<Tried, Act[]>>;
