const NARROW_NO_BREAK_SPACE = "\u202f";
const NO_BREAK_HYPHEN = "\u2011";

/**
 * Tagged template for French: the blank before ; : ! ? » and after « becomes a narrow no-break
 * space, and "e-mail" does not break at its hyphen. Only the literal parts are touched, never a
 * name or an address.
 */
export function fr(
  literals: TemplateStringsArray,
  ...values: readonly (string | number)[]
): string {
  return literals
    .map((literal) =>
      literal
        .replace(/ (?=[;:!?»])/g, NARROW_NO_BREAK_SPACE)
        .replace(/(?<=«) /g, NARROW_NO_BREAK_SPACE)
        .replace(/(?<=\be)-(?=mail)/g, NO_BREAK_HYPHEN),
    )
    .reduce((text, literal, index) => text + String(values[index - 1] ?? "") + literal);
}
