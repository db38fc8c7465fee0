import type { Ask } from "./client.ts";
import type { Phones, PostedInterval } from "./phones.ts";
import { PASSWORD } from "./seed.ts";

/** Somebody who is signed in. */
export type Person = {
  id: string;
  access_token: string;
  phones: Phones;
  /** The challenge they play. */
  challenge_id: string;
};

/** Asks for what stands at a path below `/api`. */
export function get({ access_token }: Person, path: string): Ask {
  return { method: "GET", path: `/api${path}`, access_token };
}

/** Reports one interval, or several. */
export function post(
  { access_token }: Person,
  body: PostedInterval | { items: PostedInterval[] },
): Ask {
  return { method: "POST", path: "/api/activities", access_token, body: JSON.stringify(body) };
}

/** Reports what a person did before the run, in one batch. */
export function historyOf(person: Person): Ask {
  return post(person, { items: person.phones.history() });
}

/** Asks for the counters of today. */
export function today(person: Person): Ask {
  return get(person, "/activities/today");
}

/** Asks for this week beside the last one. */
export function weekly(person: Person): Ask {
  return get(person, "/activities/stats/weekly");
}

/** Asks for a ticket, which opens one socket. */
export function ticketOf({ access_token }: Pick<Person, "access_token">): Ask {
  return { method: "POST", path: "/api/auth/ticket", access_token };
}

/** Signs in an account of the bench. */
export function login(email: string): Ask {
  const body = JSON.stringify({ email, password: PASSWORD });
  return { method: "POST", path: "/api/auth/login", body };
}
