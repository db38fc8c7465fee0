import { expect, it } from "vitest";
import { Progress } from "./progress.ts";

const shown = (isTTY: boolean, steps: readonly number[]): string => {
  let text = "";
  const progress = new Progress({ isTTY, write: (more: string) => (text += more) }, 1_000);
  for (const [index, bytes] of steps.entries()) progress.show(bytes, bytes * 10, index * 200);
  progress.end();
  return text;
};

it("is a bar on a terminal, drawn over and taken away at the end", () => {
  const text = shown(true, [100, 500]);
  expect(text).toContain(`${"█".repeat(15)}${" ".repeat(15)}  50 %  5,000 rows`);
  expect(text).not.toContain("\n");
  expect(text.endsWith("\r\u001B[K")).toBe(true);
});

it("is a line each tenth in a pipe", () => {
  const steps = [50, 120, 130, 190, 210, 1_000];
  expect(shown(false, steps)).toBe(" 12 %  1,200 rows\n 21 %  2,100 rows\n100 %  10,000 rows\n");
});
