import { z } from "zod";
import { UnexpectedAnswer, type Client } from "./client.ts";
import { ownClock } from "./own-clock.ts";
import type { Scenario } from "./scenario.ts";
import type { Account } from "./sign-up.ts";

/** The public challenge that the show is about. */
export type Arranged = { challenge_id: string; name: string };

const challengeSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  invite_code: z.string().nullable(),
  participant_count: z.int(),
});
const listSchema = z.object({ data: z.array(challengeSchema) });

/** Any of somebody's access tokens; the first device's, to be exact. */
export function tokenOf({ person, tokens }: Account): string {
  return tokens.get(person.devices[0].device_id) ?? "";
}

/** Lets the host make the challenge, which the others find on the public list and join. */
export async function arrange(
  client: Client,
  host: Account,
  guests: readonly Account[],
  scenario: Scenario,
  run: string,
): Promise<Arranged> {
  const name = `A week with less phone (${run})`;
  const { body: made } = await client.ask({
    method: "POST",
    path: "/challenges",
    token: tokenOf(host),
    body: {
      name,
      description: "Whoever spends the least time wins.",
      start_date: scenario.start_date,
      end_date: scenario.end_date,
      missing_day_seconds: scenario.missing_day_seconds,
      join: false,
    },
    status: [201],
    shape: challengeSchema,
  });
  for (const guest of guests) {
    const token = tokenOf(guest);
    const { body: list } = await client.ask({
      method: "GET",
      path: `/challenges?q=${encodeURIComponent(run)}`,
      token,
      status: [200],
      shape: listSchema,
    });
    const found = list.data.find(({ id }) => id === made.id);
    if (!found) throw new UnexpectedAnswer(`"${name}" does not stand on the public list.`);
    await client.ask({
      method: "POST",
      path: `/challenges/${found.id}/join`,
      token,
      body: {},
      status: [200],
      shape: challengeSchema,
    });
  }
  return { challenge_id: made.id, name };
}

/** Lets one make a private challenge from today on, and a friend join by nothing but its code. Gives the code. */
export async function duel(
  client: Client,
  maker: Account,
  friend: Account,
  end_date: string,
): Promise<string> {
  const name = `${maker.person.name} against ${friend.person.name}`;
  const start_date = ownClock(Date.now(), maker.person.timezone).date;
  const { body: made } = await client.ask({
    method: "POST",
    path: "/challenges",
    token: tokenOf(maker),
    body: { name, visibility: "private", start_date, end_date },
    status: [201],
    shape: challengeSchema,
  });
  const code = made.invite_code;
  if (code === null) throw new UnexpectedAnswer("A private challenge came without an invite code.");
  const { body: joined } = await client.ask({
    method: "POST",
    path: "/challenges/join",
    token: tokenOf(friend),
    // People type codes in lower case.
    body: { invite_code: code.toLowerCase() },
    status: [200],
    shape: challengeSchema,
  });
  if (joined.id !== made.id || joined.participant_count !== 2) {
    throw new UnexpectedAnswer(`The invite code ${code} led somewhere else.`);
  }
  return code;
}
