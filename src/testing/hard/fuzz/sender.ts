import type { Ask } from "../../recipes.ts";
import { AT_THE_ROOT, isForAdmins } from "../../recipes.ts";
import { ipOf } from "../caller.ts";
import type { HardStack } from "../hard-stack.ts";
import { asPostmark, isForPostmark } from "../postmark-door.ts";
import { send, type Heard } from "../wire.ts";
import type { Crowd, Member } from "./crowd.ts";
import { encoded, type Wild } from "./requests.ts";

let next_ip = 0;

/** Fills in whose request it is and what it is about: somebody whose minute is not used up. */
export async function dress(wild: Wild, crowd: Crowd): Promise<Ask> {
  const { route, at, query, content_type, headers, body, is_signed } = wild;
  const member = await crowd.take(isForAdmins(route.name));
  const foreign = crowd.members[0]!;
  const thing = at === "own" ? thingOf(route.path, member) : at;
  const id = at === "foreign" ? thingOf(route.path, foreign) : thing;
  const path = route.path.replace(/\{\w+\}/, encoded(id));
  return {
    method: route.method,
    path: `${AT_THE_ROOT.includes(route.name) ? "" : "/api"}${path}${query}`,
    headers: {
      ...(body !== undefined && { "content-type": content_type }),
      ...(route.is_guarded && is_signed && { authorization: `Bearer ${member.access_token}` }),
      ...(isForPostmark(route) && is_signed && asPostmark),
      "cf-connecting-ip": ipOf((next_ip += 1)),
      ...headers,
    },
    body,
  };
}

function thingOf(path: string, { things }: Member): string {
  if (path.includes("/users/")) return things.account;
  if (path.includes("/blocked/")) return things.rule;
  if (path.includes("/activities/")) return things.activity;
  if (path.includes("/sessions/")) return things.session;
  return path.includes("/challenges/") ? things.challenge : "none.png";
}

/** The longest that a request may take, in ms. */
export const LONGEST_MS = 2_000;

/**
 * Sends a request. One that took too long is sent again by itself, up to twice: what the machine was
 * busy with is not the request's doing, but what is slow each time is.
 */
export async function sendTimed({ api_url }: HardStack, ask: Ask): Promise<Heard> {
  const heard = await send(api_url, ask);
  let { ms } = heard;
  for (let again = 0; again < 2 && ms > LONGEST_MS; again += 1) ({ ms } = await send(api_url, ask));
  return { ...heard, ms };
}

/** A request in one line, so that it can be sent again by hand. */
export function shown({ method, path, headers, body }: Ask): string {
  const { authorization: _token, ...rest } = headers;
  const text = body === undefined ? "" : Buffer.from(body).toString("latin1");
  const some = text.length > 300 ? `${text.slice(0, 300)}… (${text.length})` : text;
  return `${method} ${path.slice(0, 300)} ${JSON.stringify(rest).slice(0, 400)} ${JSON.stringify(some)}`;
}
