import type { SqlToken } from "./sql-tokens.ts";

/** An error that Vitess itself raises, before MySQL sees the statement. */
export interface Refusal {
  /** Vitess's error code, as it stands in the answer's `error.code`. */
  code: "INVALID_ARGUMENT" | "UNIMPLEMENTED" | "ABORTED" | "FAILED_PRECONDITION";
  errno: number;
  sqlstate: string;
  text: string;
}

/** A statement that Vitess understands but does not carry out; `what` names the construct. */
export function unsupported(what: string): Refusal {
  return {
    code: "UNIMPLEMENTED",
    errno: 1235,
    sqlstate: "42000",
    text: `VT12001: unsupported: ${what}`,
  };
}

/** A statement that Vitess's parser gives up on at this token; `near` is the text it names. */
export function syntaxError(token: SqlToken | undefined, near: string): Refusal {
  return {
    code: "INVALID_ARGUMENT",
    errno: 1064,
    sqlstate: "42000",
    text: `syntax error at position ${(token?.end ?? 0) + 1} near '${near}'`,
  };
}

/** The same for a token that stands where none may. */
export function misplaced(token: SqlToken | undefined): Refusal {
  return syntaxError(token, token?.text ?? "");
}

/** Foreign keys: opt-in on PlanetScale, advised against, and never used here. */
export const FOREIGN_KEY_REFUSAL: Refusal = {
  code: "ABORTED",
  errno: 1105,
  sqlstate: "HY000",
  text: "VT10001: foreign key constraints are not allowed",
};

/** A table whose rows nothing tells apart: PlanetScale cannot migrate it. */
export const NO_KEY_REFUSAL: Refusal = {
  code: "FAILED_PRECONDITION",
  errno: 3750,
  sqlstate: "HY000",
  text: "unsupported: a table needs a PRIMARY KEY or a UNIQUE KEY on NOT NULL columns",
};
