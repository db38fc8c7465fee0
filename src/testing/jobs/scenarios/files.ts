import { env } from "cloudflare:workers";
import { randomUUID } from "node:crypto";
import { inArray } from "drizzle-orm";
import { HOUR_MS } from "../../../platform/time/instant.ts";
import { looseFiles } from "../../../users/avatars.table.ts";
import { db, WEEK_MS, type Scenario } from "../scenario.ts";

export const files: Scenario[] = [
  {
    job: "remove_files",
    what: "files that no row names",
    prepare: async (clock) => {
      const due = Date.parse("2026-05-06T12:00:00Z");
      clock.set(due);
      const file = () => `avatars/${randomUUID()}.png`;
      const [first, second, later] = [file(), file(), file()];
      for (const name of [first, second, later]) await env.FILES.put(name, "image");
      await db()
        .insert(looseFiles)
        .values([
          { file_name: first, state: "unused", due_at: due - 1 },
          { file_name: second, state: "incoming", due_at: due - HOUR_MS },
          { file_name: later, state: "unused", due_at: due + 2 * WEEK_MS },
        ]);
      const names = [first, second, later];
      const look = async () => {
        const found = await Promise.all(names.map(async (name) => await env.FILES.head(name)));
        const rows = await db()
          .select()
          .from(looseFiles)
          .where(inArray(looseFiles.file_name, names));
        return { files: found.map((one) => one !== null), rows: rows.length };
      };
      return { due, look };
    },
    perfect: { files: [false, false, true], rows: 1 },
  },
];
