import type { Ask } from "./client.ts";
import type { Crowd, Person } from "./crowd.ts";
import type { PostedInterval } from "./phones.ts";
import type { RequestBudget } from "./request-budget.ts";

/** One kind of request under load. */
export type Phase = {
  name: string;
  title: string;
  expected_status: number;
  /** What one request carries, where it carries many. */
  items: number | null;
  /** Fewer than the command line asks for, where more would measure something else. */
  connections: number | null;
  /** Makes the next request; null where nobody may send one any more. */
  next: () => Ask | null;
};

const BATCH = 100;

/** The names of the phases that the command line may choose from; `live` is measured by sockets. */
export const PHASE_NAMES = [
  "me",
  "activity",
  "batch",
  "today",
  "history",
  "leaderboard",
  "login",
  "live",
] as const;

/** The least that a request can cost here: it touches nothing. */
export const floor: Phase = {
  ...{ name: "floor", title: "GET health (the floor)", expected_status: 200 },
  ...{ items: null, connections: null },
  next: () => ({ method: "GET", path: "/api/health" }),
};

/** All phases but the floor, in the order in which they run; people take turns, within their budget. */
export function phasesOf(crowd: Crowd, budget: RequestBudget): Phase[] {
  const phase = (
    name: (typeof PHASE_NAMES)[number],
    title: string,
    ask: (person: Person) => Ask,
    rest: Partial<Phase> = {},
  ): Phase => ({
    ...{ name, title, expected_status: 200, items: null, connections: null },
    next: () => {
      const index = budget.take(performance.now());
      const person = index === null ? undefined : crowd.people[index];
      return person ? ask(person) : null;
    },
    ...rest,
  });
  let asked = 0;
  const login = JSON.stringify(crowd.login);
  return [
    phase("me", "GET users/me", (person) => get(person, "/users/me")),
    phase("activity", "POST activities, one", (person) => post(person, person.phones.next()), {
      expected_status: 201,
    }),
    phase(
      "batch",
      `POST activities, ${BATCH} at once`,
      (person) => post(person, { items: person.phones.backlog(BATCH) }),
      { items: BATCH },
    ),
    phase("today", "GET activities/today", (person) => get(person, "/activities/today")),
    phase("history", "GET activities", (person) => get(person, "/activities")),
    phase("leaderboard", "GET challenges/{id}/leaderboard", (person) => {
      asked += 1;
      // Half look at their friends, half at the league.
      const id = asked % 2 === 0 ? crowd.league_id : person.challenge_id;
      return get(person, `/challenges/${id}/leaderboard`);
    }),
    phase("login", "POST auth/login, one by one", () => ({ method: "POST", path: "" }), {
      connections: 1,
      next: () => ({ method: "POST", path: "/api/auth/login", body: login }),
    }),
  ];
}

/** What a person did before the run, in one batch: it wakes their objects too. */
export function historyOf(person: Person): Ask {
  return post(person, { items: person.phones.history() });
}

function get({ access_token }: Person, path: string): Ask {
  return { method: "GET", path: `/api${path}`, access_token };
}

function post({ access_token }: Person, body: PostedInterval | { items: PostedInterval[] }): Ask {
  return { method: "POST", path: "/api/activities", access_token, body: JSON.stringify(body) };
}
