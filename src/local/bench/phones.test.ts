import { describe, expect, it } from "vitest";
import { Phones, secondsOf, type PostedInterval } from "./phones.ts";

const DAY_MS = 86_400_000;
const now = Date.UTC(2026, 10, 22, 17);
const keyOf = (one: PostedInterval) =>
  [one.device_id, one.app, one.started_at, one.ended_at].join(" ");

/** What the API accepts: 1 s to 24 h long, started within 31 days, ended at most 5 minutes ahead. */
function isAccepted(one: PostedInterval): boolean {
  return (
    secondsOf(one) >= 1 &&
    secondsOf(one) <= 86_400 &&
    Date.parse(one.started_at) > now - 31 * DAY_MS &&
    Date.parse(one.ended_at) <= now + 300_000
  );
}

describe("the devices of one person", () => {
  it("send times of use that the API accepts, and none twice", () => {
    const phones = new Phones(1, now);
    const sent = [
      ...phones.history(),
      ...Array.from({ length: 30 }, () => phones.backlog(100)).flat(),
      ...Array.from({ length: 500 }, () => phones.next()),
    ];
    expect(sent.filter((one) => !isAccepted(one))).toEqual([]);
    expect(new Set(sent.map(keyOf)).size).toBe(sent.length);
  });

  it("are several, and use several apps", () => {
    const sent = new Phones(2, now).history();
    expect(new Set(sent.map((one) => one.device_id)).size).toBe(3);
    expect(new Set(sent.map((one) => one.app)).size).toBeGreaterThan(4);
  });

  it("send a backlog from one device, in the order in which it happened", () => {
    const backlog = new Phones(3, now).backlog(100);
    expect(new Set(backlog.map((one) => one.device_id)).size).toBe(1);
    expect(backlog.map((one) => one.started_at)).toEqual(
      backlog.map((one) => one.started_at).toSorted(),
    );
  });

  it("report the present without overlap, so that each second of it counts", () => {
    const phones = new Phones(4, now);
    const sent = Array.from({ length: 60 }, () => phones.next());
    const overlapping = sent.filter(
      (one, index) => one.started_at < (sent[index - 1]?.ended_at ?? ""),
    );
    expect(overlapping).toEqual([]);
  });

  it("do the same in every run with the same seed and start", () => {
    expect(new Phones(5, now).history()).toEqual(new Phones(5, now).history());
  });
});
