import type { Totals } from "./run.ts";

/** What the closing report says besides the totals. */
export type Closing = {
  file: string;
  is_dry: boolean;
  seconds: number;
  /** Names of columns that nothing was taken from. */
  unused: readonly string[];
  /** Where the refused rows are listed, or null where they are not. */
  refused_path: string | null;
};

/** The lines that say what a run did, or what it would have done. */
export function reportLines(totals: Totals, closing: Closing): string[] {
  const { is_dry } = closing;
  const seconds = Math.max(closing.seconds, 0.001);
  const rate = count(Math.round(totals.rows / seconds));
  const rows = `${count(totals.rows)} ${totals.rows === 1 ? "row" : "rows"} in ${seconds.toFixed(1)} s, ${rate} a second`;
  const lines = [
    `${closing.file}: ${rows}${is_dry ? "; nothing was written" : ""}`,
    entry(is_dry ? "would be imported" : "imported", totals.imported, ""),
    entry("already there", totals.present, "left as they are"),
    entry("refused", totals.refused, closing.refused_path ?? ""),
  ];
  if (totals.admins > 0) lines.push(`${count(totals.admins)} of the good rows are administrators.`);
  if (totals.too_costly > 0) {
    lines.push(
      `${count(totals.too_costly)} hashes cost more than sign-in works on: their owners set a new password by mail.`,
    );
  }
  if (closing.unused.length > 0) lines.push(`Columns not used: ${closing.unused.join(", ")}`);
  return lines;
}

function entry(words: string, number: number, remark: string): string {
  return `  ${words.padEnd(18)}${count(number).padStart(11)}   ${remark}`.trimEnd();
}

function count(number: number): string {
  return number.toLocaleString("en");
}
