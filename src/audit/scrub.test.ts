import { describe, expect, it } from "vitest";
import type { LogRow } from "./entry.ts";
import { scrub } from "./scrub.ts";

const ADA = "01957f00-0000-7000-8000-00000000000a";
const BOB = "01957f00-0000-7000-8000-00000000000b";
const erased = { user_id: ADA, pseudonym: "5f0c9a52-7a3e-4a3e-9d5c-1f2e3d4c5b6a" };
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
        user_id: erased.pseudonym,
        actor_id: erased.pseudonym,
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
      row({ user_id: erased.pseudonym, actor_id: BOB, personal: null }),
    );
  });

  it("of theirs on somebody else keeps what it tells of that one", () => {
    expect(scrub(row({ user_id: BOB }), erased)).toEqual(
      row({ user_id: BOB, actor_id: erased.pseudonym, ip: null, user_agent: null }),
    );
  });

  it("has their id nowhere, however deep it stands", () => {
    const deep = row({ user_id: BOB, actor_id: BOB, context: { people: [{ id: ADA }, BOB] } });
    expect(scrub(deep, erased)).toEqual({
      ...deep,
      context: { people: [{ id: erased.pseudonym }, BOB] },
    });
  });

  it("that is of other people stays the very same, and so does one that was done already", () => {
    const other = row({ user_id: BOB, actor_id: BOB });
    expect(scrub(other, erased)).toBe(other);
    const once = scrub(row({}), erased);
    expect(scrub(once, erased)).toBe(once);
  });
});
