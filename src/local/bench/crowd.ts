import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Answer, Ask, HttpClient } from "./client.ts";
import { failureOf } from "./closed-loop.ts";
import { historyOf, login, post, type Person } from "./asks.ts";
import { Phones } from "./phones.ts";
import type { RequestBudget } from "./request-budget.ts";
import type { Player, Seeded } from "./seed.ts";

/** Everybody the bench knows, signed in. */
export type Crowd = Pick<Seeded, "league_id" | "strangers" | "fans"> & {
  people: Person[];
  racers: Person[];
};

/** Objects and boards are made by the first calls, and much is flushed: more at once would only queue. */
const TOGETHER = 25;
const TRIES = 5;
const RETRY_MS = 2_000;

/**
 * Signs in everybody who was seeded. People report what they did in the days before `now`, racers a
 * first minute: it makes their objects and boards. Raises an Error where the API refuses one.
 */
export async function gather(given: {
  seeded: Seeded;
  client: HttpClient;
  budget: RequestBudget;
  now: number;
  /** Waits until the stack is at rest. */
  settled: () => Promise<void>;
  onProgress: (done: number, total: number) => void;
}): Promise<Crowd> {
  const { seeded, client, budget, now, settled, onProgress } = given;
  const persons: Person[] = [];
  const isRacer = (index: number) => index >= seeded.people.length;
  const bring = async (player: Player, index: number): Promise<Person> => {
    const person = await signIn(client, player, new Phones(index, now));
    if (!isRacer(index)) budget.takeOf(index, performance.now());
    const first = { items: [person.phones.next()] };
    await patiently(client, isRacer(index) ? post(person, first) : historyOf(person));
    return person;
  };
  const players = [...seeded.people, ...seeded.racers];
  while (persons.length < players.length) {
    const from = persons.length;
    const some = players.slice(from, from + TOGETHER);
    const brought = some.map(async (player, index) => await bring(player, from + index));
    persons.push(...(await Promise.all(brought)));
    await settled();
    onProgress(persons.length, players.length);
  }
  return {
    league_id: seeded.league_id,
    strangers: seeded.strangers,
    fans: seeded.fans,
    people: persons.slice(0, seeded.people.length),
    racers: persons.slice(seeded.people.length),
  };
}

/** Signs in those who only watch; they report nothing. Raises an Error where the API refuses one. */
export async function signInFans(
  client: HttpClient,
  fans: readonly Player[],
  onProgress: (done: number, total: number) => void,
): Promise<Person[]> {
  const persons: Person[] = [];
  while (persons.length < fans.length) {
    const some = fans.slice(persons.length, persons.length + TOGETHER);
    const phones = new Phones(0, Date.now());
    persons.push(
      ...(await Promise.all(some.map(async (fan) => await signIn(client, fan, phones)))),
    );
    onProgress(persons.length, fans.length);
  }
  return persons;
}

const tokens = z.object({ access_token: z.string() });

/** Sign-ins that a busy machine may ask to come back before the bench gives up. */
const SIGN_IN_TRIES = 3;

async function signIn(client: HttpClient, player: Player, phones: Phones): Promise<Person> {
  let answer = await client.send(login(player.email));
  for (let tries = 1; answer.status === 503 && tries < SIGN_IN_TRIES; tries += 1) {
    answer = await client.send(login(player.email));
  }
  if (answer.status !== 200) throw new Error(`nobody can sign in: ${failureOf(answer)}`);
  const { access_token } = tokens.parse(JSON.parse(answer.text));
  return { id: player.id, challenge_id: player.challenge_id, access_token, phones };
}

/** Sends it again after a while where the API asks for that, as phones do; nothing is measured yet. */
async function patiently(client: HttpClient, ask: Ask): Promise<Answer> {
  for (let tried = 1; ; tried += 1) {
    const answer = await client.send(ask);
    if (answer.status === 200) return answer;
    if (answer.status !== 503 || tried === TRIES) {
      throw new Error(`${ask.path} is refused: ${failureOf(answer)}`);
    }
    await pause(RETRY_MS);
  }
}
