import { get, login, post, today, weekly, type Person } from "./asks.ts";
import type { Ask } from "./client.ts";
import type { Crowd } from "./crowd.ts";
import type { RequestBudget } from "./request-budget.ts";
import { YEAR_PEOPLE } from "./rows.ts";

/** One kind of request under load. */
export type Phase = {
  name: PhaseName | "floor";
  title: string;
  /** Makes the next request; null where nobody may send one any more. */
  next: () => Ask | null;
  expected_status: number;
  /** What one request carries, where it carries many. */
  items: number | null;
  /** Fewer than the command line asks for, where more would measure something else. */
  connections: number | null;
  /** People take turns with it, so their objects must be awake. */
  spread: boolean;
  /** Ends by itself, and is measured with all objects asleep. */
  once: boolean;
};

/**
 * The phases that the command line may choose from; `live` and `crowd` are measured by sockets, `reminders`
 * and `turning` by crons, `board` from within, `admin` one request after the other.
 */
export const PHASE_NAMES = [
  "me",
  "activity",
  "batch",
  "today",
  "asleep",
  "history",
  "week",
  "year",
  "leaderboard",
  "login",
  "live",
  "crowd",
  "reminders",
  "board",
  "turning",
  "admin",
] as const;
export type PhaseName = (typeof PHASE_NAMES)[number];

const BATCH = 100;
const USUAL = {
  expected_status: 200,
  items: null,
  connections: null,
  spread: false,
  once: false,
};

/** The least that a request can cost here: it touches nothing. */
export const floor: Phase = {
  ...USUAL,
  name: "floor",
  title: "GET health (the floor)",
  next: () => ({ method: "GET", path: "/api/health" }),
};

/** All phases but the floor, in the order in which they run; people take turns, within their budget. */
export function phasesOf(crowd: Crowd, budget: RequestBudget): Phase[] {
  const phase = (
    name: PhaseName,
    title: string,
    ask: (person: Person) => Ask,
    rest: Partial<Phase> = {},
  ): Phase => {
    const next = () => {
      const index = budget.take(performance.now());
      const person = index === null ? undefined : crowd.people[index];
      return person ? ask(person) : null;
    };
    return { ...USUAL, name, title, next, spread: true, ...rest };
  };
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
    phase("today", "GET activities/today", today),
    phase("asleep", "GET activities/today, asleep", today, {
      next: eachOnce(crowd.people, budget, today),
      once: true,
    }),
    phase("history", "GET activities", (person) => get(person, "/activities")),
    phase("week", "GET activities/stats/weekly, of a week of data", weekly, {
      next: oneByOne(crowd.people, YEAR_PEOPLE, 2 * YEAR_PEOPLE, budget, weekly),
      spread: false,
    }),
    phase("year", "GET activities/stats/weekly, of a year of data", weekly, {
      next: oneByOne(crowd.people, 0, YEAR_PEOPLE, budget, weekly),
      spread: false,
    }),
    phase("leaderboard", "GET challenges/{id}/leaderboard", boardsOf(crowd)),
    {
      ...USUAL,
      name: "login",
      title: "POST auth/login, one by one",
      next: logins(crowd.strangers),
      connections: 1,
    },
  ];
}

/** The people from one index to before another in turn, as long as they may send. */
function oneByOne(
  people: readonly Person[],
  from: number,
  to: number,
  budget: RequestBudget,
  ask: (person: Person) => Ask,
): () => Ask | null {
  const count = Math.min(to, people.length) - from;
  let turn = 0;
  return () => {
    for (let tried = 0; tried < count; tried += 1) {
      const index = from + (turn++ % count);
      const person = people[index];
      if (person && budget.takeOf(index, performance.now())) return ask(person);
    }
    return null;
  };
}

/** Half look at the board of their friends, half at the league's. */
function boardsOf({ league_id }: Crowd): (person: Person) => Ask {
  let asked = 0;
  return (person) => {
    asked += 1;
    const id = asked % 2 === 0 ? league_id : person.challenge_id;
    return get(person, `/challenges/${id}/leaderboard`);
  };
}

/** Everybody in turn, but for those who may not send any more. */
function eachOnce(
  people: readonly Person[],
  budget: RequestBudget,
  ask: (person: Person) => Ask,
): () => Ask | null {
  const waiting = people.entries();
  return () => {
    for (const [index, person] of waiting) {
      if (budget.takeOf(index, performance.now())) return ask(person);
    }
    return null;
  };
}

/** Each address once: its hash of production's cost is checked, then replaced by one of the bench's. */
function logins(strangers: readonly string[]): () => Ask | null {
  const waiting = strangers.values();
  return () => {
    const { value: email } = waiting.next();
    return email === undefined ? null : login(email);
  };
}
