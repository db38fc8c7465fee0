import type { Client } from "@planetscale/database";
import type { Entry } from "./entry.ts";
import type { Options } from "./options.ts";

/** A part of the archive, as MySQL lists it. */
export interface Part {
  name: string;
  first_id: string;
  last_id: string;
}

const COLUMNS =
  "id, level, action, user_id, actor_id, ip, user_agent, request_id, context, personal, created_at";

/** At most `limit` acts that the options ask for, after an id, oldest first. */
export async function entriesAfter(
  client: Client,
  after: string,
  { to_id, user, action, level }: Options,
  limit: number,
): Promise<Entry[]> {
  const filters: [string, string[]][] = [
    ["id > ? and id < ?", [after, to_id]],
    ...(user === null
      ? []
      : [["(user_id = ? or actor_id = ?)", [user, user]] as [string, string[]]]),
    ...(action === null ? [] : [["action = ?", [action]] as [string, string[]]]),
    ...(level === null ? [] : [["level = ?", [level]] as [string, string[]]]),
  ];
  const { rows } = await client.execute(
    `select ${COLUMNS} from audit_logs where ${filters.map(([sql]) => sql).join(" and ")}
     order by id limit ${limit}`,
    filters.flatMap(([, values]) => values),
  );
  return (rows as Entry[]).map((row) => ({
    ...row,
    created_at: `${row.created_at.replace(" ", "T")}Z`,
  }));
}

/** The parts of the archive with acts after one id and up to another, of one person where one is named. */
export async function partsBetween(
  client: Client,
  after: string,
  last: string,
  user: string | null,
): Promise<Part[]> {
  const named = "name in (select part_name from audit_part_people where user_id = ?)";
  const { rows } = await client.execute(
    `select name, first_id, last_id from audit_parts
     where last_id > ? and first_id <= ?${user === null ? "" : ` and ${named}`} order by first_id`,
    user === null ? [after, last] : [after, last, user],
  );
  return rows as Part[];
}
