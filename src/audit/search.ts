import { ACTIONS, type Action } from "./actions.ts";

/** What a search's text can be: each kind is looked up by an index of its own. */
export type Search =
  /** Somebody's, as subject or actor, or a request's. */
  | { kind: "id"; id: string }
  | { kind: "ip"; ip: string }
  | { kind: "actions"; actions: Action[] }
  | { kind: "request"; request_id: string }
  | { kind: "nothing" };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/;
/** What the edge takes for a request's id. */
const REQUEST_ID = /^[A-Za-z0-9-]{8,64}$/;

const allActions = Object.keys(ACTIONS) as Action[];

/** Decides what a text that was typed into the search is; nothing is found by what is none of these. */
export function searchOf(q: string): Search {
  const typed = q.trim();
  const text = typed.toLowerCase();
  if (UUID.test(text)) return { kind: "id", id: text };
  const ip = addressOf(text);
  if (ip !== null) return { kind: "ip", ip };
  const actions = text === "" ? [] : allActions.filter((action) => action.includes(text));
  if (actions.length > 0) return { kind: "actions", actions };
  if (REQUEST_ID.test(typed)) return { kind: "request", request_id: typed };
  return { kind: "nothing" };
}

/** An IP address as it is kept, in its shortest form; null for any other text. */
function addressOf(text: string): string | null {
  const parts = IPV4.exec(text)?.slice(1);
  if (parts) return parts.every((part) => Number(part) <= 255) ? parts.map(Number).join(".") : null;
  if (!IPV6.test(text)) return null;
  const host = URL.parse(`http://[${text}]`)?.hostname;
  return host === undefined ? null : host.slice(1, -1);
}
