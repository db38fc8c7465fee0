/** Whole seconds as people say them: `45 s`, `25 min`, `1 h 05 min`. */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole > 0 && whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3_600);
  if (hours === 0) return `${minutes} min`;
  return `${hours} h ${String(minutes).padStart(2, "0")} min`;
}

/** Milliseconds since the start as a stop watch shows them, `m:ss`. */
export function stopwatchText(elapsed_ms: number): string {
  const seconds = Math.floor(elapsed_ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** How many cells a text takes, colours aside; right for scripts whose letters take one cell each. */
export function widthOf(text: string): number {
  // oxlint-disable-next-line no-control-regex -- colours begin with a control character.
  return [...text.replaceAll(/\u001B\[[\d;]*m/g, "").normalize("NFC")].length;
}

/** The text in exactly that many cells: filled up with blanks, or cut with an ellipsis. Takes no colours. */
export function fit(text: string, cells: number, side: "left" | "right" = "left"): string {
  const letters = [...text.normalize("NFC")];
  if (letters.length > cells) return cells < 1 ? "" : `${letters.slice(0, cells - 1).join("")}…`;
  const blanks = " ".repeat(cells - letters.length);
  return side === "left" ? text + blanks : blanks + text;
}

/** The text in at most that many cells. Takes no colours. */
export function cut(text: string, cells: number): string {
  return [...text.normalize("NFC")].length > cells ? fit(text, cells) : text;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of at most that many cells for a value on a scale that ends at `most`. */
export function bar(value: number, most: number, cells: number): string {
  if (most <= 0 || cells <= 0) return "";
  const eighths = Math.round((Math.max(0, Math.min(value, most)) / most) * cells * 8);
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}

/** Milliseconds to read at a glance; a dash for none. */
export function ms(value: number | null): string {
  if (value === null) return "–";
  if (value < 1) return "< 1 ms";
  return value < 9.95 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}
