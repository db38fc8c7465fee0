import type { SqlToken } from "./sql-tokens.ts";
import { sqlTokens } from "./sql-tokens.ts";

/**
 * The tail that Vitess hangs on an error: the statement with its literals taken out, and these as
 * bind variables. It holds everything a user ever typed, which is why our own code must never pass
 * an error's text on; leaving it out here would hide such a leak.
 */
export function describeStatement(sql: string): string {
  const variables: string[] = [];
  let text = "";
  let from = 0;
  for (const token of sqlTokens(sql)) {
    const literal = readLiteral(token);
    if (literal === null) continue;
    const name = `vtg${variables.length + 1}`;
    variables.push(`${name}: ${quote(`type:${literal.type} value:${quote(literal.value)}`)}`);
    text += `${sql.slice(from, token.start)}:${name} /* ${literal.type} */`;
    from = token.end;
  }
  text += sql.slice(from);
  return `Sql: ${quote(text)}, BindVars: {${variables.join(" ")}}`;
}

function readLiteral(token: SqlToken): { type: string; value: string } | null {
  switch (token.kind) {
    case "string":
      return { type: "VARCHAR", value: token.text.slice(1, -1) };
    case "number":
      return { type: /^\d+$/.test(token.text) ? "INT64" : "DECIMAL", value: token.text };
    case "hex":
      return { type: "HEXVAL", value: token.text };
    default:
      return null;
  }
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
