import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, it } from "vitest";
import { newId } from "../platform/ids.ts";
import type { OnceAnswer, OnceOutcome } from "../platform/once.ts";
import { DAY_MS, SECOND_MS } from "../platform/time/instant.ts";
import { KEPT_KEYS, OnceKeys } from "./once.part.ts";

const T0 = Date.parse("2026-03-10T12:00:00Z");
const LEASE_MS = 30 * SECOND_MS;
const answerOf = (status: number): OnceAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: new TextEncoder().encode(`{"n":${status}}`).slice().buffer,
});

/** Runs `work` on the keys of somebody new, in an object's real SQLite. */
async function withKeys(
  work: (keys: OnceKeys, storage: DurableObjectStorage, sweeps: number[]) => void,
): Promise<void> {
  await runInDurableObject(env.USER.get(env.USER.idFromName(newId(T0))), (_user, { storage }) => {
    const sweeps: number[] = [];
    work(new OnceKeys(storage, (due_at) => sweeps.push(due_at)), storage, sweeps);
  });
}

type Step =
  | { do: "begin"; key: string; body: string }
  | { do: "keep" | "let_go"; run: number }
  | { do: "wait"; ms: number }
  | { do: "sweep" };

/** One grant to run, and what became of it. */
type Run = {
  key: string;
  body: string;
  holder: string;
  entity_id: string;
  at: number;
  end: null | "let_go" | OnceAnswer;
};

/** What a begin must give by the words of API.md, from nothing but the runs there have been. */
function expected(runs: readonly Run[], key: string, body: string, now: number): object {
  const all = runs.filter((run) => run.key === key);
  const last = all.at(-1);
  const isRunning = last !== undefined && last.end === null && last.at + LEASE_MS > now;
  const first = all.find((run) => run.entity_id === last?.entity_id);
  if (!last || !first || (first.at + DAY_MS <= now && !isRunning))
    return { kind: "run", is_resumed: false };
  if (first.body !== body) return { kind: "mismatch" };
  if (last.end !== null && last.end !== "let_go") return { kind: "replay", answer: last.end };
  if (isRunning) return { kind: "in_progress" };
  return { kind: "run", is_resumed: true, entity_id: last.entity_id };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("begin" as const),
      key: fc.constantFrom("k1", "k2"),
      body: fc.constantFrom("a", "a", "a", "b"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("keep", "let_go"), run: fc.nat({ max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 29_999, 30_000, 30_001, DAY_MS - 30_000, DAY_MS - 1, DAY_MS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
);

it("gives each begin what the history of its key says, whatever the history", async () => {
  const seen = new Set<string>();
  await withKeys((keys, storage) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        storage.sql.exec("DELETE FROM once");
        const runs: Run[] = [];
        let now = T0;
        for (const [n, one] of steps.entries()) {
          if (one.do === "wait") now += one.ms;
          else if (one.do === "sweep") keys.sweep(now);
          else if (one.do === "begin") {
            const { key, body } = one;
            const holder = `holder ${n}`;
            const wanted = expected(runs, key, body, now);
            const outcome: OnceOutcome = keys.begin({ key, fingerprint: body, holder }, now);
            expect(outcome).toMatchObject(wanted);
            seen.add(outcome.kind);
            if (outcome.kind !== "run") continue;
            const { entity_id, is_resumed } = outcome;
            if (!is_resumed) expect(runs.map((run) => run.entity_id)).not.toContain(entity_id);
            runs.push({ key, body, holder, entity_id, at: now, end: null });
          } else {
            // Also one whose lease another has taken over long since: it must change nothing.
            const run = runs.at(-1 - one.run);
            if (!run) continue;
            const { key, body, holder } = run;
            const answer = one.do === "keep" ? answerOf(200 + n) : null;
            keys.finish({ key, fingerprint: body, holder }, answer);
            const isLast = runs.findLast((other) => other.key === key) === run;
            if (isLast && (run.end === null || run.end === "let_go")) run.end = answer ?? "let_go";
          }
        }
      }),
      { numRuns: 400 },
    );
  });
  expect([...seen].sort()).toEqual(["in_progress", "mismatch", "replay", "run"]);
});

it("lets a holder ask again whose first asking was answered into the void", async () => {
  await withKeys((keys) => {
    const claim = { key: "k", fingerprint: "a", holder: "h" };
    const first = keys.begin(claim, T0);
    expect(keys.begin(claim, T0 + 50)).toEqual({ ...first, is_resumed: true });
    expect(keys.begin({ ...claim, holder: "other" }, T0 + 1_000)).toEqual({
      kind: "in_progress",
      retry_after_seconds: 5,
    });
    expect(keys.begin({ ...claim, holder: "other" }, T0 + 29_000)).toEqual({
      kind: "in_progress",
      retry_after_seconds: 2,
    });
  });
});

it("remembers the newest 1,000 keys and no more", async () => {
  await withKeys((keys, storage) => {
    const claim = (n: number) => ({ key: `k${n}`, fingerprint: "a", holder: "h" });
    for (let n = 0; n <= KEPT_KEYS; n += 1) {
      keys.begin(claim(n), T0 + n);
      keys.finish(claim(n), answerOf(201));
    }
    const { held } = storage.sql.exec<{ held: number }>("SELECT count(*) AS held FROM once").one();
    expect(held).toBe(1_000);
    expect(keys.begin(claim(1), T0 + 2_000).kind).toBe("replay");
    expect(keys.begin(claim(KEPT_KEYS), T0 + 2_000).kind).toBe("replay");
    expect(keys.begin(claim(0), T0 + 2_000).kind).toBe("run");
  });
});

it("has the keys of a day swept away, an hour apart and not one by one", async () => {
  await withKeys((keys, storage, sweeps) => {
    const held = () => storage.sql.exec("SELECT key FROM once").toArray().length;
    for (const n of [0, 1, 2]) {
      const claim = { key: `k${n}`, fingerprint: "a", holder: "h" };
      keys.begin(claim, T0 + n * 60_000);
      keys.finish(claim, answerOf(201));
    }
    expect(sweeps[0]).toBe(T0 + DAY_MS);
    keys.sweep(T0 + DAY_MS);
    expect(held()).toBe(2);
    expect(sweeps.at(-1)).toBe(T0 + DAY_MS + 3_600_000);
    keys.sweep(T0 + DAY_MS + 3_600_000);
    expect(held()).toBe(0);
    expect(sweeps).toHaveLength(4);
  });
});
