/** Sets rows under headings: the first column to the left, figures to the right, two spaces between. */
export function tableOf(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? "").length)),
  );
  const rule = widths.map((width) => "-".repeat(width));
  return [headings, rule, ...rows].map((line) => lineOf(line, widths)).join("\n");
}

/** A figure to three digits, thousands apart; `-` for what was not measured. */
export function figure(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  const digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  const text = value.toFixed(digits);
  return Number(text) === 0 && digits > 0 ? "0" : text.replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** A ratio as `1.25x`; `-` where either side was not measured. */
export function ratio(value: number | null, base: number | null): string {
  if (value === null || base === null || !Number.isFinite(value / base)) return "-";
  return `${figure(value / base)}x`;
}

function lineOf(cells: readonly string[], widths: readonly number[]): string {
  return widths
    .map((width, column) => {
      const cell = cells[column] ?? "";
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    })
    .join("  ")
    .trimEnd();
}
