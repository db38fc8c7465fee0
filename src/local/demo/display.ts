import { COLOURS, PLAIN, type Paint } from "./paint.ts";
import { boardLines } from "./board-lines.ts";
import type { Happening, Scene } from "./scene.ts";
import { happeningLine, screen } from "./screen.ts";

/** What a person sees while the demo runs. */
export interface Display {
  readonly paint: Paint;
  readonly columns: number;
  /** Says something before or after the show; what is said during it waits for its end. */
  say(line: string): void;
  /** Begins the show. */
  open(): void;
  /** Something happened in the show. */
  happened(happening: Happening): void;
  /** Shows the scene as it stands; called again and again. */
  show(scene: Scene): void;
  /** Ends the show and leaves the terminal as it was. May be called twice. */
  close(): void;
}

const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;
/** On wider terminals bars would say no more, only be longer. */
const WIDEST = 110;
const BOARD_EVERY_MS = 10_000;
/** With `--fast` hardly any time passes: then a board is due after so many happenings. */
const BOARD_EVERY_HAPPENINGS = 12;

/** The display that suits the output: redrawn in place on a terminal, plain lines elsewhere. */
export function displayOn(output: NodeJS.WriteStream): Display {
  return output.isTTY ? terminal(output) : lines(output);
}

const ENTER = "\u001B[?1049h\u001B[?25l";
const LEAVE = "\u001B[?25h\u001B[?1049l";
// Terminals that know synchronized output show a frame at once; the others pass over the marks.
const BEGIN_FRAME = "\u001B[?2026h\u001B[H";
const END_FRAME = "\u001B[J\u001B[?2026l";

function terminal(output: NodeJS.WriteStream): Display {
  const paint = process.env["NO_COLOR"] ? PLAIN : COLOURS;
  let isOpen = false;
  const held: string[] = [];
  const say = (line: string): void => void output.write(`${line}\n`);
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    output.write(LEAVE);
    for (const line of held.splice(0)) say(line);
  };
  return {
    paint,
    get columns() {
      return columnsOf(output);
    },
    say: (line) => (isOpen ? void held.push(line) : say(line)),
    open() {
      isOpen = true;
      output.write(ENTER);
      // However the process ends, the terminal gets its cursor back.
      process.once("exit", close);
    },
    happened: () => undefined,
    show(scene) {
      if (!isOpen) return;
      const size = { columns: columnsOf(output), rows: output.rows || USUAL_ROWS };
      // Cleared before it is written: at a line's end the last letter would be lost.
      const drawn = screen(scene, size, paint).map((line) => `\u001B[K${line}`);
      output.write(`${BEGIN_FRAME}${drawn.join("\r\n")}${END_FRAME}`);
    },
    close,
  };
}

function columnsOf({ columns }: NodeJS.WriteStream): number {
  // A terminal that does not know its size says 0.
  return Math.min(columns || USUAL_COLUMNS, WIDEST);
}

function lines(output: NodeJS.WriteStream): Display {
  let shown_at_ms = 0;
  let happenings = 0;
  const say = (line: string): void => void output.write(`${line.trimEnd()}\n`);
  return {
    paint: PLAIN,
    columns: USUAL_COLUMNS,
    say,
    open: () => say(""),
    happened(happening) {
      happenings += 1;
      say(happeningLine(happening, USUAL_COLUMNS, PLAIN));
    },
    show(scene) {
      const isDue =
        scene.elapsed_ms - shown_at_ms >= BOARD_EVERY_MS || happenings >= BOARD_EVERY_HAPPENINGS;
      if (!isDue || !scene.isUpToDate) return;
      shown_at_ms = scene.elapsed_ms;
      happenings = 0;
      say("");
      for (const line of boardLines(scene, USUAL_COLUMNS, PLAIN)) say(line);
      say("");
    },
    close: () => undefined,
  };
}
