import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, SECOND_MS } from "../platform/time/instant.ts";
import { anyRule, at, categoryOf, seeds } from "../testing/blocking.ts";
import { decide, type Decided, type Situation } from "./decide.ts";
import { policyText } from "./policy-version.ts";

const anySituation: fc.Arbitrary<Situation> = fc
  .record({
    rules: fc.array(anyRule(), { minLength: 1, maxLength: 3 }),
    used: fc.array(fc.constantFrom(0, 599, 600, 1_800), { minLength: 3, maxLength: 3 }),
    seconds: fc.nat(7 * 86_400),
  })
  .map(({ rules, used, seconds }) => ({
    rules: rules.map((rule, n) => ({ rule: { ...rule, id: `rule-${n}` }, pending: null })),
    usedSeconds: (rule) => used[Number(rule.id.slice(-1))] ?? 0,
    now: at("2026-10-22T00:00:00Z") + seconds * SECOND_MS,
    history: [{ timezone: "Europe/Paris", day_start_minute: 180, since: 0 }],
    categoryOf,
  }));

/** The text of the answer made at an instant. */
function textOf({ decisions, rule_states, valid_until }: Decided, generated_at = 0): string {
  return policyText({ generated_at, valid_until, decisions, rules: rule_states });
}

/** All that a client reads, spelt out field by field. */
function read({ decisions, rule_states, valid_until }: Decided): unknown[] {
  const all = [
    ...decisions,
    ...rule_states.map((state) => ({ ...state, target: null, blocked_until: null })),
  ];
  return [
    valid_until,
    ...all.flatMap((one) => [
      one.target?.kind,
      one.target?.id,
      one.rule_id,
      one.state,
      one.reason,
      one.used_seconds,
      one.limit_seconds,
      one.remaining_seconds,
      one.blocked_until,
      one.next_change_at,
    ]),
  ];
}

describe("the text behind a policy version", () => {
  it.each(seeds())("differs just when a client would read something else (seed %i)", (seed) => {
    const found = { same: 0, other: 0 };
    fc.assert(
      fc.property(
        anySituation,
        fc.oneof(fc.constant(0), fc.nat(DAY_MS)),
        fc.constantFrom(0, 0, 0, 1),
        (situation, ms, more) => {
          const before = decide(situation);
          const usedSeconds: Situation["usedSeconds"] = (rule) =>
            situation.usedSeconds(rule) + more;
          const after = decide({ ...situation, now: situation.now + ms, usedSeconds });
          const isSame = JSON.stringify(read(before)) === JSON.stringify(read(after));
          expect(textOf(before, 1) === textOf(after, 2)).toBe(isSame);
          found[isSame ? "same" : "other"] += 1;
        },
      ),
      { seed, numRuns: 300 },
    );
    expect(Math.min(found.same, found.other)).toBeGreaterThan(30);
  });

  it("is the same whatever the order of rules and of fields", () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const turned = { ...situation, rules: [...situation.rules].reverse() };
        expect(textOf(decide(turned))).toBe(textOf(decide(situation)));
      }),
      { numRuns: 50 },
    );
    expect(policyText({ a: 1, b: { c: [1, 2], d: null } })).toBe(
      policyText({ b: { d: null, c: [1, 2] }, a: 1, policy_version: "x", e: undefined }),
    );
    expect(policyText({ a: [1, 2] })).not.toBe(policyText({ a: [2, 1] }));
  });

  it("is another once the answer would be good for longer", () => {
    const [situation] = fc.sample(anySituation, { numRuns: 1, seed: 1 });
    if (situation === undefined) throw new Error("none");
    const rules: Situation["rules"] = [];
    const night = at("2026-10-22T00:59:59Z");
    const [before, after] = [night, night + SECOND_MS].map((now) =>
      decide({ ...situation, rules, now }),
    );
    if (!before || !after) throw new Error("none");
    expect(textOf(after)).not.toBe(textOf(before));
  });
});
