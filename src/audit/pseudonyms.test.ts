import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogRow } from "./entry.ts";
import { underNames } from "./pseudonyms.ts";

const PEOPLE = ["id-ada", "id-bob", "id-cyd"];
const person = fc.option(fc.constantFrom(...PEOPLE));
/** By what each goes: by their id, by a pseudonym, or by none. */
const anyNames = fc
  .tuple(...PEOPLE.map((id) => fc.constantFrom(id, `was-${id.slice(3)}`, null)))
  .map((names) => new Map(PEOPLE.flatMap((id, at) => (names[at] ? [[id, names[at]]] : []))));

const anyRow = fc
  .record({ user_id: person, actor_id: person, isSigned: fc.boolean() })
  .map(({ user_id, actor_id, isSigned }): LogRow => ({
    id: "log",
    level: "info",
    action: "users.changed",
    user_id,
    actor_id,
    ip: "192.0.2.7",
    user_agent: "a phone",
    request_id: isSigned ? `phone-of-${actor_id ?? user_id}` : null,
    context: { of: [user_id], by: { actor: actor_id } },
    personal: { email: "somebody@example.com" },
    created_at: 0,
  }));

test("nothing of whoever is deleted is written down, and all of everybody else", () => {
  fc.assert(
    fc.property(anyRow, anyNames, (row, names) => {
      const written = underNames(row, names);
      const isGone = (id: string | null) => id !== null && names.get(id) !== id;
      for (const id of [row.user_id, row.actor_id].filter(isGone))
        expect(JSON.stringify(written)).not.toContain(id);
      expect(written.personal).toEqual(isGone(row.user_id) ? null : row.personal);
      const whose = row.actor_id ?? row.user_id;
      expect(written.ip).toBe(isGone(whose) ? null : row.ip);
      expect(written.user_agent).toBe(isGone(whose) ? null : row.user_agent);
      const isUntouched = !isGone(row.user_id) && !isGone(row.actor_id);
      if (isUntouched) expect(written).toEqual(row);
    }),
  );
});
