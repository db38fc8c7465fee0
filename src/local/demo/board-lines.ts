import { silentSeconds, type Entry } from "./board.ts";
import { ownClock } from "./own-clock.ts";
import type { Paint } from "./paint.ts";
import type { Scene } from "./scene.ts";
import { bar, cut, duration, fit, widthOf } from "./text.ts";

/** What a board's lines are drawn from. */
export type BoardScene = Pick<
  Scene,
  "board" | "people" | "missing_day_seconds" | "now" | "elapsed_ms"
>;

/** How long a move stays marked. */
const MARKED_MS = 3_500;
const NARROWEST_BAR = 6;

/** The board's heading and lines, each at most `width` cells wide; bars where there is room for them. */
export function boardLines(scene: BoardScene, width: number, paint: Paint): string[] {
  const { entries } = scene.board;
  const most = Math.max(0, ...entries.map((entry) => entry.score));
  const hasSilent = entries.some((entry) => silentSeconds(entry, scene.missing_day_seconds) > 0);
  const heading = columns({
    rank: "",
    move: "",
    name: "",
    place: "where, own time",
    score: "screen time",
    days: "days",
  });
  const legend = hasSilent ? `░ silent: ${scene.missing_day_seconds / 3_600} h a day` : "";
  return [
    paint.dim(cut(heading.join("") + legend, width).trimEnd()),
    ...entries.map((entry) => boardLine(entry, scene, most, width, paint)),
  ];
}

/** The cells of a line, each of its own width, blanks between them included. */
function columns(cell: Record<"rank" | "move" | "name" | "place" | "score" | "days", string>) {
  return [
    `${fit(cell.rank, 3, "right")} `,
    fit(cell.move, 4),
    `${fit(cell.name, 10)} `,
    `${fit(cell.place, 19)} `,
    `${fit(cell.score, 11, "right")}  `,
    `${fit(cell.days, 4, "right")}  `,
  ] as const;
}

function boardLine(
  entry: Entry,
  scene: BoardScene,
  most: number,
  width: number,
  paint: Paint,
): string {
  const [rank, move, name, place, score, days] = columns({
    rank: String(entry.rank),
    move: moveMark(entry, scene),
    name: entry.user.display_name,
    place: placeOf(entry, scene),
    score: duration(entry.score),
    days: `${entry.days_reported}/${entry.days_total}`,
  });
  const before = rank + move + name + place + score + days;
  const cells = width - widthOf(before);
  if (cells < NARROWEST_BAR) return cut(rank + move + name + score.trimStart(), width).trimEnd();

  const silent = silentSeconds(entry, scene.missing_day_seconds);
  const known = bar(entry.score - silent, most, cells);
  const whole = most === 0 ? 0 : Math.round((entry.score / most) * cells);
  const unknown = silent > 0 ? "░".repeat(Math.max(0, whole - known.length)) : "";
  const isFirst = entry.rank === 1;
  const strong = isFirst ? paint.bold : String;
  return [
    rank,
    colouredMove(move, paint),
    strong(name),
    place,
    strong(score),
    silent > 0 ? paint.yellow(days) : days,
    isFirst ? paint.green(known) : known,
    paint.yellow(unknown),
  ].join("");
}

function moveMark(entry: Entry, { board, elapsed_ms }: BoardScene): string {
  const move = board.moves.get(entry.user.id);
  if (!move || elapsed_ms - move.at_ms > MARKED_MS) return "";
  return move.places > 0 ? `▲${move.places}` : `▼${-move.places}`;
}

function colouredMove(move: string, paint: Paint): string {
  if (move.startsWith("▲")) return paint.green(move);
  return move.startsWith("▼") ? paint.red(move) : move;
}

/** Where somebody is, and what their clock reads: on one board it may be two dates. */
function placeOf(entry: Entry, { people, now }: BoardScene): string {
  const person = people.get(entry.user.id);
  if (!person) return "";
  const { weekday, time } = ownClock(now, person.timezone);
  return `${fit(person.city, 9)} ${weekday} ${time}`;
}
