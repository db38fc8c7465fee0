const NARROW_NO_BREAK_SPACE = "\u202f";

/**
 * Tagged template for French: the blank before ; : ! ? » and after « becomes a narrow no-break
 * space. Only the literal parts are touched, never a name or an address.
 */
export function fr(
  literals: TemplateStringsArray,
  ...values: readonly (string | number)[]
): string {
  return literals
    .map((literal) =>
      literal
        .replace(/ (?=[;:!?»])/g, NARROW_NO_BREAK_SPACE)
        .replace(/(?<=«) /g, NARROW_NO_BREAK_SPACE),
    )
    .reduce((text, literal, index) => text + String(values[index - 1] ?? "") + literal);
}
