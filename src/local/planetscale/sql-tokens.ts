/** One lexical piece of a statement; comments and blanks yield none. */
export interface SqlToken {
  /** `word` covers keywords and bare names; `name` is a name in backticks, without them. */
  kind: "word" | "name" | "string" | "number" | "hex" | "sign";
  /** As written, but words in lower case and names without their backticks. */
  text: string;
  /** Offsets into the statement: `end` is one past the last character. */
  start: number;
  end: number;
}

// One alternative a lexical form; the sticky flag makes each match begin where the last one ended.
// Contents of executable comments (/*! … */) are code to the server, so they are code here as well.
const FORMS = new RegExp(
  [
    String.raw`(?<blank>\s+|--(?=\s|$)[^\n]*|#[^\n]*|\/\*!\d*|\/\*(?!!)[\s\S]*?(?:\*\/|$)|\*\/)`,
    String.raw`(?<hex>[xX]'[0-9a-fA-F]*'|0x[0-9a-fA-F]+\b|[bB]'[01]*')`,
    String.raw`(?<string>'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|$))`,
    String.raw`(?<name>${"`"}(?:[^${"`"}]|${"``"})*(?:${"`"}|$))`,
    String.raw`(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w$]))`,
    String.raw`(?<word>[\w$@\u0080-\uffff]+)`,
    String.raw`(?<sign>:=|<=>|->>|->|<=|>=|<>|!=|\|\||&&|[\s\S])`,
  ].join("|"),
  "gy",
);

/**
 * Cuts a MySQL statement (ANSI_QUOTES off, backslash escapes on) into tokens, so that nothing inside
 * a string, a quoted name or a comment is mistaken for a keyword. Never raises: an unfinished string
 * or comment reaches to the end.
 */
export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  FORMS.lastIndex = 0;
  while (FORMS.lastIndex < sql.length) {
    const start = FORMS.lastIndex;
    const groups = FORMS.exec(sql)?.groups;
    if (groups === undefined) break;
    const end = FORMS.lastIndex;
    const token = readToken(groups, start, end);
    if (token !== null) tokens.push(token);
  }
  return tokens;
}

function readToken(
  groups: Record<string, string | undefined>,
  start: number,
  end: number,
): SqlToken | null {
  const { word, name, string, number, hex, sign } = groups;
  if (word !== undefined) return { kind: "word", text: word.toLowerCase(), start, end };
  if (name !== undefined) {
    return { kind: "name", text: name.slice(1, -1).replaceAll("``", "`"), start, end };
  }
  if (string !== undefined) return { kind: "string", text: string, start, end };
  if (number !== undefined) return { kind: "number", text: number, start, end };
  if (hex !== undefined) return { kind: "hex", text: hex, start, end };
  if (sign !== undefined) return { kind: "sign", text: sign, start, end };
  return null;
}

/** Whether the token is this bare word (keywords are compared in lower case). */
export function isWord(token: SqlToken | undefined, ...words: string[]): boolean {
  return token?.kind === "word" && words.includes(token.text);
}

/** Whether the token is this sign. */
export function isSign(token: SqlToken | undefined, sign: string): boolean {
  return token?.kind === "sign" && token.text === sign;
}

/** The name of a table, column or index that a token stands for, or null for a literal or a sign. */
export function nameOf(token: SqlToken | undefined): string | null {
  return token?.kind === "name" || token?.kind === "word" ? token.text : null;
}
