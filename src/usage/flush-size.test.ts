import { expect, it } from "vitest";
import { FlushSize } from "./flush-size.ts";

it.each([15, 40, 499, 500])(
  "a backlog gets through where no more than %i entries do at a time, and fast again afterwards",
  (bearable) => {
    const size = new FlushSize();
    let waiting = 6_000;
    let flushes = 0;
    for (; waiting > 0; flushes += 1) {
      if (size.entries <= bearable) {
        waiting -= size.entries;
        size.succeeded();
      } else size.failed();
    }
    // Each that gets through is followed by one that may be too large.
    expect(flushes).toBeLessThanOrEqual(6 + (2 * 6_000) / (bearable / 2));
    for (let n = 0; n < 6; n += 1) size.succeeded();
    expect(size.entries).toBe(500);
  },
);
