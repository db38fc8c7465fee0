import { describe, expect, it } from "vitest";
import { FrameReader } from "./frames.ts";
import { Sightings } from "./sightings.ts";

describe("reports and the frames that show them", () => {
  it("belong together once a frame shows the score that the report led to", () => {
    const sightings = new Sightings(2);
    const answered = sightings.sent("ada", 100);
    sightings.saw(0, [{ user_id: "ada", score: 90 }], 10);
    sightings.saw(0, [{ user_id: "bob", score: 500 }], 11);
    expect(sightings.missing).toBe(2);
    answered(20);
    sightings.saw(0, [{ user_id: "ada", score: 100 }], 25);
    sightings.saw(1, [{ user_id: "ada", score: 130 }], 32);
    expect(sightings.missing).toBe(0);
    expect(sightings.delays()).toEqual([5, 12]);
  });

  it("count the first frame that shows it, also one that came before the answer", () => {
    const sightings = new Sightings(1);
    const answered = sightings.sent("ada", 100);
    sightings.saw(0, [{ user_id: "ada", score: 100 }], 7);
    sightings.saw(0, [{ user_id: "ada", score: 100 }], 9);
    answered(8);
    expect(sightings.delays()).toEqual([-1]);
  });

  it("leave out a report that was never answered", () => {
    const sightings = new Sightings(1);
    sightings.sent("ada", 100);
    sightings.saw(0, [{ user_id: "ada", score: 100 }], 7);
    expect(sightings.delays()).toEqual([]);
  });
});

describe("a board's frame", () => {
  it("is read for its scores", () => {
    const entry = { rank: 1, user: { id: "ada", display_name: "Ada" }, score: 12.5 };
    const frame = JSON.stringify({ type: "changes", version: 3, entries: [entry], me: null });
    expect(new FrameReader().read(frame)).toEqual([{ user_id: "ada", score: 12.5 }]);
  });

  it("is refused where it is something else", () => {
    expect(() => new FrameReader().read('{"type":"alert"}')).toThrow();
  });
});
