import type { Row } from "../rows.ts";
import { plain, type Named } from "./names.ts";

const HEAD = 2;
const LONGEST_KEY = 64;

/** The rows of `user_search` that the API would have made for somebody with a European name. */
export function searchRowsOf(user_id: string, { display_name, email }: Named): Row[] {
  const name = plain(display_name).replaceAll(" ", "·");
  const at = email.lastIndexOf("@");
  const keys = new Set<string>();
  const add = (key: string) => {
    if (key.length >= HEAD) keys.add(key.slice(0, LONGEST_KEY));
  };
  for (let start = 0; start < name.length; start += 1) add(name.slice(start));
  for (let start = 0; start < email.length; start += 1) {
    // Of the domain only its labels are begun with.
    const isLabel = start === at + 1 || email[start - 1] === ".";
    if (start <= at || isLabel) add(email.slice(start));
  }
  return [...keys].map((key) => ({ head: key.slice(0, HEAD), user_id, tail: key.slice(HEAD) }));
}
