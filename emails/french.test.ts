import { expect, it } from "vitest";
import { fr } from "./french.ts";

it("puts a narrow no-break space at French punctuation, and leaves names alone", () => {
  expect(fr`Bravo ! Le défi « ${"A : b !"} » : fini ; ou pas ?`).toBe(
    "Bravo\u202f! Le défi «\u202fA : b !\u202f»\u202f: fini\u202f; ou pas\u202f?",
  );
});

it("keeps an e-mail on one line, but leaves other hyphens and names as they are", () => {
  expect(fr`cet e-mail, peut-être, de ${"e-mail"}`).toBe("cet e\u2011mail, peut-être, de e-mail");
});
