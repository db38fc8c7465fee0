import { boardLines } from "./board-lines.ts";
import type { Paint } from "./paint.ts";
import type { BeatKind } from "./beat.ts";
import type { Happening, Scene } from "./scene.ts";
import { cut, fit, ms, stopwatchText } from "./text.ts";

export type Size = { columns: number; rows: number };

const HAPPENINGS_SHOWN = 6;

/** The whole screen while the show runs: at most `rows` lines of at most `columns` cells each. */
export function screen(scene: Scene, { columns, rows }: Size, paint: Paint): string[] {
  const { tally, delay } = scene;
  const progress = `${stopwatchText(scene.elapsed_ms)} of ${stopwatchText(scene.total_ms)} `;
  const title = fit(
    " Focus API: who spends the least time on their phone?",
    columns - progress.length,
  );
  const delays = `last ${ms(delay.last)}, p95 ${ms(delay.p95)}`;
  const sent = `${tally.items} items sent: ${tally.accepted} counted, ${tally.duplicate} known already, ${tally.rejected} refused`;
  return [
    paint.bold(cut(title + progress, columns)),
    paint.dim(cut(` ${scene.challenge}`, columns)),
    "",
    ...boardLines(scene, columns, paint),
    "",
    ...latest(scene.happenings, columns, paint),
    "",
    cut(` From a phone’s answer to this board: ${delays}`, columns),
    paint.dim(cut(` ${sent} · seed ${scene.seed} · Ctrl-C ends`, columns)),
  ].slice(0, rows);
}

const MARKS: Record<BeatKind, { mark: string; colour: keyof Paint }> = {
  used: { mark: "+", colour: "green" },
  known: { mark: "=", colour: "cyan" },
  union: { mark: "~", colour: "cyan" },
  refused: { mark: "!", colour: "red" },
  late: { mark: "«", colour: "magenta" },
  silent: { mark: "?", colour: "yellow" },
};

/** One line of the log, at most `width` cells wide. */
export function happeningLine(happening: Happening, width: number, paint: Paint): string {
  const { mark, colour } = MARKS[happening.kind];
  const head = fit(`${fit(stopwatchText(happening.at_ms), 5, "right")} `, Math.min(6, width));
  const text = cut(` ${happening.text}`, Math.max(0, width - 7));
  return `${paint.dim(head)}${width > 6 ? paint[colour](mark) : ""}${text}`;
}

/** The last of what happened, the newest below, always as many lines. */
function latest(all: readonly Happening[], width: number, paint: Paint): string[] {
  const lines = all.slice(-HAPPENINGS_SHOWN).map((one) => happeningLine(one, width, paint));
  return [...lines, ...Array<string>(HAPPENINGS_SHOWN - lines.length).fill("")];
}
