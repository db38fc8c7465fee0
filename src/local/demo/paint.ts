/** Colours that a line may use, or none of them. */
export type Paint = Readonly<
  Record<"bold" | "dim" | "green" | "yellow" | "red" | "cyan" | "magenta", (text: string) => string>
>;

const styled =
  (on: number, off: number) =>
  (text: string): string =>
    text === "" ? "" : `\u001B[${on}m${text}\u001B[${off}m`;

/** The terminal's own colours, so that they suit a light and a dark background. */
export const COLOURS: Paint = {
  bold: styled(1, 22),
  dim: styled(2, 22),
  green: styled(32, 39),
  yellow: styled(33, 39),
  red: styled(31, 39),
  cyan: styled(36, 39),
  magenta: styled(35, 39),
};

const same = (text: string): string => text;

/** For pipes, files and those who set NO_COLOR. */
export const PLAIN: Paint = {
  bold: same,
  dim: same,
  green: same,
  yellow: same,
  red: same,
  cyan: same,
  magenta: same,
};
