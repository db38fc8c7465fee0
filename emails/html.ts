class SafeHtml {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** Markup that is safe to nest. Only `html` makes one: the class behind it is not exported. */
export type Html = SafeHtml;

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

function markupOf(value: string | number | Html | readonly Html[]): string {
  if (value instanceof SafeHtml) return value.toString();
  if (typeof value === "object") return value.map(String).join("");
  return escape(String(value));
}

/**
 * Tagged template: the literal parts are markup, every interpolated text or number is escaped,
 * and `Html` (or a list of it) nests as it is. Safe in element content and in quoted attributes;
 * never interpolate into a style element or an unquoted attribute.
 */
export function html(
  literals: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  let markup = literals[0] ?? "";
  values.forEach((value, index) => {
    markup += markupOf(value) + (literals[index + 1] ?? "");
  });
  return new SafeHtml(markup);
}
