import { expect, it } from "vitest";
import { outburstsIn } from "./outbursts.ts";

it("finds what nobody caught, and nothing that the code tells of itself", () => {
  const caught = { level: "error", event: "request_failed", error: "Uncaught is but a word here" };
  const uncaught = "uncaught exception; exception = workerd/jsg/value.h:1535: disconnected";
  const floating = "Uncaught (in promise) Error: nobody waited";
  const overdue = "NOSENTRY SQLite alarm overdue, running despite AlarmManager mismatch";
  const lines = [caught, { message: uncaught }, { message: overdue }, { message: floating }];
  const log = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  expect(outburstsIn(log)).toEqual([uncaught, floating]);
});
