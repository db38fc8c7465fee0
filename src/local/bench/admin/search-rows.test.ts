import { expect, it } from "vitest";
import { searchKeysOf } from "../../../users/search-keys.ts";
import { chanceOf } from "../../demo/random.ts";
import { nameOf } from "./names.ts";
import { searchRowsOf } from "./search-rows.ts";

const chance = chanceOf(8);
const people = Array.from({ length: 3_000 }, (_, index) => nameOf(index, chance));

it("people are found by the keys that the API gives them", () => {
  for (const person of people) {
    const keys = searchRowsOf("somebody", person).map(({ head, tail }) => `${head}/${tail}`);
    const real = searchKeysOf(person).map(({ head, tail }) => `${head}/${tail}`);
    expect(keys.toSorted()).toEqual(real.toSorted());
  }
});

it("nobody has another's address, and addresses are as the API keeps them", () => {
  const addresses = new Set(people.map(({ email }) => email));
  expect(addresses.size).toBe(people.length);
  for (const address of addresses) expect(address).toMatch(/^[a-z0-9.]+@[a-z.]+$/);
});
