import { describe, expect, it } from "vitest";
import { freePort } from "./ports.ts";
import { command } from "./testing/smoke-command.ts";

describe("the smoke test where there is nothing to look at", () => {
  it("says at once that nobody is there, and ends in failure", async () => {
    const { code, output } = await command([`http://127.0.0.1:${await freePort()}`]);
    expect(output).toMatch(/^FAIL {2}health and version: .*nobody listens there/);
    expect(output.match(/FAIL/g)).toHaveLength(1);
    expect(code).toBe(1);
  });

  it.each([
    [[], "npm run smoke"],
    [["api.example.com"], "must be like https://"],
    [["https://api.example.com/api"], "https://api.example.com would do"],
    [["https://api.example.com", "--orgin", "x"], "--orgin"],
  ])("cannot begin with %j, and says why", async (args, words) => {
    const { code, output } = await command(args);
    expect(output).toContain(words);
    expect(code).toBe(2);
  });
});
