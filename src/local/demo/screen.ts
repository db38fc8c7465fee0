import type { Board, Entry } from "./board.ts";
import type { Person } from "./cast.ts";
import { ownClock } from "./own-clock.ts";
import type { Paint } from "./paint.ts";
import type { BeatKind } from "./scenario.ts";
import type { Tally } from "./tally.ts";
import { bar, cut, duration, fit, stopwatchText } from "./text.ts";

/** Something that happened, in plain words, and when (ms since the show began). */
export type Happening = { kind: BeatKind; text: string; at_ms: number };

/** All that a screen shows. */
export type Scene = {
  challenge: string;
  board: Board;
  /** Everybody by user id. */
  people: ReadonlyMap<string, Person>;
  missing_day_seconds: number;
  happenings: readonly Happening[];
  tally: Tally;
  /** From an answer to the viewer's frame, in ms. */
  delay: { last: number | null; p95: number | null };
  /** UTC ms. */
  now: number;
  elapsed_ms: number;
  total_ms: number;
  seed: number;
};

export type Size = { columns: number; rows: number };

/** How long a move stays marked. */
const MARKED_MS = 3_500;
const HAPPENINGS_SHOWN = 6;
/** Rank, move, name, place and time, score, days, and the blanks between them. */
const CELLS_BEFORE_BAR = 57;
const NARROWEST_BAR = 6;

/** The whole screen, each line at most `size.columns` wide, at most `size.rows` lines. */
export function screen(scene: Scene, size: Size, paint: Paint): string[] {
  const width = size.columns;
  const progress = `${stopwatchText(scene.elapsed_ms)} of ${stopwatchText(scene.total_ms)}`;
  const title = " Focus API · who spends the least time on their phones?";
  const { tally, delay } = scene;
  const counted = [
    `${tally.items} items sent`,
    `${tally.accepted} counted`,
    `${tally.duplicate} known already`,
    `${tally.rejected} refused`,
  ].join(" · ");
  const delays = `from a phone’s answer to this board: last ${ms(delay.last)} · p95 ${ms(delay.p95)}`;
  const lines = [
    paint.bold(cut(`${fit(title, width - progress.length - 1)}${progress} `, width)),
    paint.dim(cut(` ${scene.challenge}`, width)),
    "",
    ...boardLines(scene, width, paint),
    "",
    ...happeningLines(scene.happenings, width, paint),
    "",
    cut(` ${delays}`, width),
    paint.dim(cut(` ${counted} · seed ${scene.seed} · Ctrl-C ends`, width)),
  ];
  return lines.slice(0, Math.max(0, size.rows));
}

/** The board's heading and lines, each at most `width` wide. */
export function boardLines(scene: Scene, width: number, paint: Paint): string[] {
  const most = Math.max(0, ...scene.board.entries.map((entry) => entry.score));
  const hasSilent = scene.board.entries.some((entry) => silentSeconds(entry, scene) > 0);
  const silence = `░ silent days, ${duration(scene.missing_day_seconds)} each`;
  const heading = `${fit("", 9)}${fit("", 10)} ${fit("where, own time", 16)} ${fit("screen time", 11, "right")}  days  ${hasSilent ? silence : ""}`;
  return [
    paint.dim(cut(heading, width)),
    ...scene.board.entries.map((entry) => boardLine(entry, scene, most, width, paint)),
  ];
}

function boardLine(
  entry: Entry,
  scene: Scene,
  most: number,
  width: number,
  paint: Paint,
): string {
  const person = scene.people.get(entry.user.id);
  const place = person
    ? `${fit(person.city, 10)} ${ownClock(scene.now, person.timezone).time}`
    : "";
  const silent = silentSeconds(entry, scene);
  const isFirst = entry.rank === 1;
  const { arrow, colour } = moveMark(entry, scene);
  const score = fit(duration(entry.score), 11, "right");
  const days = fit(`${entry.days_reported}/${entry.days_total}`, 4, "right");
  const name = fit(entry.user.display_name, 10);
  const before = [
    `${fit(String(entry.rank), 3, "right")} `,
    colour === null ? fit(arrow, 5) : paint[colour](fit(arrow, 5)),
    isFirst ? paint.bold(name) : name,
    ` ${fit(place, 16)} `,
    isFirst ? paint.bold(score) : score,
    "  ",
    silent > 0 ? paint.yellow(days) : days,
    "  ",
  ].join("");
  const cells = width - CELLS_BEFORE_BAR + 1;
  if (cells < NARROWEST_BAR) return narrowLine(entry, arrow, width);
  const used = bar(entry.score - silent, most, cells);
  const unknown = "░".repeat(Math.max(0, Math.round((entry.score / most) * cells) - used.length));
  return `${before}${isFirst ? paint.green(used) : used}${silent > 0 ? paint.yellow(unknown) : ""}`;
}

function narrowLine(entry: Entry, arrow: string, width: number): string {
  return cut(
    `${fit(String(entry.rank), 3, "right")} ${fit(arrow, 4)}${fit(entry.user.display_name, 10)} ${duration(entry.score)}`,
    width,
  );
}

function moveMark(
  entry: Entry,
  { board, elapsed_ms }: Scene,
): { arrow: string; colour: "green" | "red" | null } {
  const move = board.moves.get(entry.user.id);
  if (!move || elapsed_ms - move.at_ms > MARKED_MS) return { arrow: "", colour: null };
  return move.places > 0
    ? { arrow: `▲${move.places}`, colour: "green" }
    : { arrow: `▼${-move.places}`, colour: "red" };
}

/** What of a score comes from days over without a report. The current day is never one of them. */
function silentSeconds(entry: Entry, { missing_day_seconds }: Scene): number {
  const over = Math.max(0, entry.days_total - 1);
  return Math.round((1 - entry.coverage) * over) * missing_day_seconds;
}

const MARKS: Record<BeatKind, { mark: string; colour: keyof Paint }> = {
  used: { mark: "+", colour: "green" },
  known: { mark: "=", colour: "cyan" },
  union: { mark: "~", colour: "cyan" },
  refused: { mark: "!", colour: "red" },
  late: { mark: "«", colour: "magenta" },
  silent: { mark: "?", colour: "yellow" },
};

/** One line of the log, at most `width` wide. */
export function happeningLine({ kind, text, at_ms }: Happening, width: number, paint: Paint): string {
  const { mark, colour } = MARKS[kind];
  const head = ` ${fit(stopwatchText(at_ms), 5, "right")} `;
  return `${paint.dim(head)}${paint[colour](mark)} ${cut(text, width - head.length - 2)}`;
}

/** The last of what happened, the newest below, always as many lines. */
function happeningLines(all: readonly Happening[], width: number, paint: Paint): string[] {
  const lines = all.slice(-HAPPENINGS_SHOWN).map((one) => happeningLine(one, width, paint));
  return [...lines, ...Array<string>(HAPPENINGS_SHOWN - lines.length).fill("")];
}

/** Milliseconds to read at a glance. */
export function ms(value: number | null): string {
  if (value === null) return "–";
  return value < 9.5 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}
