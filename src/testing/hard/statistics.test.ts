import { expect, it } from "vitest";
import { auc, median } from "./statistics.ts";

it("finds the middle of odd and even numbers of samples, in any order", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
  expect(median([])).toBeNaN();
});

it("says how well two sources can be told apart", () => {
  expect(auc([1, 2, 3], [1, 2, 3])).toBe(0.5);
  expect(auc([1, 2], [3, 4])).toBe(1);
  expect(auc([3, 4], [1, 2])).toBe(0);
  expect(auc([1, 3], [2, 4])).toBe(0.75);
});
