import { describe, expect, it } from "vitest";
import { DAY_MS } from "../platform/time/instant.ts";
import { blocks, type Mark } from "./address-mark.ts";

const mark = (state: Mark, stream = "broadcast") => ({ address: "a@b.c", stream, state, since: 0 });

describe("a marked address", () => {
  it.each([
    ["hard_bounce", "outbound", true],
    ["hard_bounce", "broadcast", true],
    ["complaint", "outbound", false],
    ["complaint", "broadcast", true],
    ["unsubscribed", "outbound", false],
    ["unsubscribed", "broadcast", true],
    ["refused", "outbound", false],
    ["refused", "broadcast", true],
    ["active", "broadcast", false],
  ] as const)("by %s at broadcast, is kept from mails by %s: %s", (state, stream, isBlocked) => {
    expect(blocks(mark(state), stream, DAY_MS)).toBe(isBlocked);
  });

  it("is tried again a month after a bounce, but never after a complaint", () => {
    expect(blocks(mark("hard_bounce"), "outbound", 30 * DAY_MS)).toBe(false);
    expect(blocks(mark("refused"), "broadcast", 30 * DAY_MS)).toBe(false);
    expect(blocks(mark("complaint"), "broadcast", 999 * DAY_MS)).toBe(true);
  });
});
