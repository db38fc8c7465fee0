import { runInDurableObject } from "cloudflare:test";
import { MINUTE_MS } from "../../../platform/time/instant.ts";
import { api, signUp } from "../../api.ts";
import { tracesInMySql, untilErased } from "../../traces.ts";
import { dieWhere } from "../dying-worker.ts";
import type { Scenario } from "../scenario.ts";
import { userStub } from "../../objects.ts";

export const erasures: Scenario[] = [
  {
    job: "sweep_erasures",
    what: "an erasure that its object never heard of",
    prepare: async (clock) => {
      clock.set(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS);
      const ada = await signUp();
      const object = userStub(ada);
      const hear = dieWhere("from `user_day_rules`");
      await api(ada).delete("/users/me", { password: ada.password });
      hear();
      await runInDurableObject(object, (_object, state) => {
        state.storage.sql.exec("DELETE FROM jobs");
      });
      const look = async () => {
        await untilErased(ada.id, clock);
        return await tracesInMySql(ada.id);
      };
      return { due: clock.now() + 2 * MINUTE_MS, look };
    },
    perfect: [],
  },
];
