import type { Finding } from "./world.ts";

const SHOWN = 40;
const REASONS_SHOWN = 12;

/** Findings as text for a person: who, where, both sides, why, and how to see it again. */
export function reportOf(findings: readonly Finding[], seed: number, seconds: number): string {
  const lines = findings
    .slice(0, SHOWN)
    .flatMap(({ who, where, expected, found, why }) => [
      `- ${who}, ${where}`,
      `    expected ${expected}`,
      `    found    ${found}`,
      ...why.slice(-REASONS_SHOWN).map((line) => `    since    ${line}`),
    ]);
  const more = findings.length > SHOWN ? [`… and ${findings.length - SHOWN} more`] : [];
  return [
    `${findings.length} differences by seed ${seed}:`,
    ...lines,
    ...more,
    `again: CHAOS_SEED=${seed} CHAOS_SECONDS=${seconds} npm run test:hard -- chaos`,
  ].join("\n");
}
