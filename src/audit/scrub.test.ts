import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogRow } from "./entry.ts";
import { scrub, type Gone } from "./scrub.ts";

const ADA = "01957f00-0000-7000-8000-00000000000a";
const BOB = "01957f00-0000-7000-8000-00000000000b";
const CYD = "01957f00-0000-7000-8000-00000000000c";
const PSEUDONYM = "5f0c9a52-7a3e-4a3e-9d5c-1f2e3d4c5b6a";
const erased = new Map([[ADA, PSEUDONYM]]);
const row = (changes: Partial<LogRow>): LogRow => ({
  id: "01957f00-0000-7000-8000-000000000001",
  level: "info",
  action: "users.changed",
  user_id: ADA,
  actor_id: ADA,
  ip: "192.0.2.7",
  user_agent: "a phone",
  request_id: "a-request",
  context: { fields: ["display_name"] },
  personal: { display_name: "Ada" },
  created_at: 0,
  ...changes,
});

describe("an act, once the person is erased", () => {
  it("of their own names nobody, from nowhere", () => {
    expect(scrub(row({}), erased)).toEqual(
      row({
        user_id: PSEUDONYM,
        actor_id: PSEUDONYM,
        ip: null,
        user_agent: null,
        personal: null,
      }),
    );
  });

  it("of somebody who was not known yet says nothing of the place either", () => {
    expect(scrub(row({ actor_id: null }), erased)).toMatchObject({ ip: null, user_agent: null });
  });

  it("of an administrator on them keeps the administrator's place", () => {
    expect(scrub(row({ actor_id: BOB }), erased)).toEqual(
      row({ user_id: PSEUDONYM, actor_id: BOB, personal: null }),
    );
  });

  it("of theirs on somebody else keeps what it tells of that one", () => {
    expect(scrub(row({ user_id: BOB }), erased)).toEqual(
      row({ user_id: BOB, actor_id: PSEUDONYM, ip: null, user_agent: null }),
    );
  });

  it("has their id nowhere, however deep it stands", () => {
    const deep = row({ user_id: BOB, actor_id: BOB, context: { people: [{ id: ADA }, BOB] } });
    expect(scrub(deep, erased)).toEqual({
      ...deep,
      context: { people: [{ id: PSEUDONYM }, BOB] },
    });
  });

  it("that is of other people stays the very same, and so does one that was done already", () => {
    const other = row({ user_id: BOB, actor_id: BOB });
    expect(scrub(other, erased)).toBe(other);
    const once = scrub(row({}), erased);
    expect(scrub(once, erased)).toBe(once);
  });
});

const person = fc.option(fc.constantFrom(ADA, BOB, CYD));
const anyRow = fc
  .record({ user_id: person, actor_id: person, told_of: person, isSigned: fc.boolean() })
  .map(({ user_id, actor_id, told_of, isSigned }) =>
    row({
      user_id,
      actor_id,
      request_id: isSigned ? `phone-of-${actor_id ?? user_id}` : null,
      context: { of: [user_id], by: { actor: actor_id }, told_of },
      personal: { email: "somebody@example.com", told_of },
    }),
  );
/** Each of them may be erased, with a pseudonym or, long ago, without one. */
const anyGone = fc
  .tuple(
    ...[ADA, BOB, CYD].map((id) =>
      fc.constantFrom<[string, string | null][]>([], [[id, `was-${id.slice(-1)}`]], [[id, null]]),
    ),
  )
  .map((people): Gone => new Map(people.flat()));

describe("whoever is erased", () => {
  it("is nowhere in an act, in which all of everybody else stays", () => {
    fc.assert(
      fc.property(anyRow, anyGone, (before, gone) => {
        const after = scrub(before, gone);
        const isGone = (id: string | null) => id !== null && gone.has(id);
        for (const id of gone.keys()) expect(JSON.stringify(after)).not.toContain(id);
        const nameOf = (id: string | null) => (isGone(id) ? gone.get(id!) : id);
        expect(after.user_id).toBe(nameOf(before.user_id));
        expect(after.actor_id).toBe(nameOf(before.actor_id));
        if (isGone(before.user_id)) expect(after.personal).toBeNull();
        else expect(after.personal).toMatchObject({ email: "somebody@example.com" });
        const whose = before.actor_id ?? before.user_id;
        expect(after.ip).toBe(isGone(whose) ? null : before.ip);
        expect(after.user_agent).toBe(isGone(whose) ? null : before.user_agent);
        if (![...gone.keys()].some((id) => JSON.stringify(before).includes(id)))
          expect(after).toBe(before);
      }),
    );
  });

  it("leaves the same act, at once with others or one after the other, and once more", () => {
    fc.assert(
      fc.property(anyRow, anyGone, (before, gone) => {
        const at_once = scrub(before, gone);
        const each = [...gone].map(([id, pseudonym]) => new Map([[id, pseudonym]]));
        expect(each.reduce(scrub, before)).toEqual(at_once);
        expect(each.toReversed().reduce(scrub, before)).toEqual(at_once);
        expect(scrub(at_once, gone)).toBe(at_once);
      }),
    );
  });
});
