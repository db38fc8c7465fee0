import { eq } from "drizzle-orm";
import { SEARCH_VERSION, searchKeysOf } from "../../../users/search-keys.ts";
import { users, userSearch } from "../../../users/users.table.ts";
import { signUp } from "../../api.ts";
import { db, type Scenario } from "../scenario.ts";

export const search: Scenario[] = [
  {
    job: "fill_search",
    what: "an account that came without search keys",
    prepare: async (clock) => {
      clock.set("2026-05-07T11:00:00Z");
      const ada = await signUp();
      await db().update(users).set({ search_version: 0 }).where(eq(users.id, ada.id));
      await db().delete(userSearch).where(eq(userSearch.user_id, ada.id));
      const wanted = searchKeysOf(ada).map(({ head, tail }) => head + tail);
      const look = async () => {
        const [row] = await db().select().from(users).where(eq(users.id, ada.id));
        const keys = await db().select().from(userSearch).where(eq(userSearch.user_id, ada.id));
        const made = new Set(keys.map(({ head, tail }) => head + tail));
        return {
          is_in_line: row?.search_version !== SEARCH_VERSION,
          missing: wanted.filter((key) => !made.has(key)),
          others: keys.length - wanted.length,
        };
      };
      return { due: Date.parse("2026-05-07T12:00:00Z"), look };
    },
    perfect: { is_in_line: false, missing: [], others: 0 },
  },
];
