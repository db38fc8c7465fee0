import { env } from "cloudflare:workers";
import { relayName } from "../challenges/relay-news.ts";
import { api, signUp, type TestUser } from "./api.ts";
import { viewBoard, type Viewer } from "./board-viewer.ts";
import { joinChallenge, makeChallenge } from "./challenges.ts";
import { until } from "./until.ts";

/** An instant of the first day on which full boards are played. */
export const NOON = "2026-03-02T12:00:00Z";
const week = { start_date: "2026-03-02", end_date: "2026-03-08" };

/** The n-th relay of a board. */
export const relayOf = (id: string, n: number) =>
  env.RELAY.get(env.RELAY.idFromName(relayName(id, n)));

/**
 * A running challenge whose board has no room left: its owner and a friend hold all six seats. The
 * clock has to show its first day.
 */
export async function fullBoard(terms: object = {}, members = 0) {
  const [ada, bob] = [await signUp({ display_name: "Ada" }), await signUp()];
  const challenge = await makeChallenge(ada, { ...week, ...terms }, [bob]);
  await until("the challenge runs", async () => {
    const seen = await api(ada).get<{ status: string }>(`/challenges/${challenge.id}/leaderboard`);
    return seen.body.status === "running";
  });
  const seated: Viewer[] = [];
  for (let n = 0; n < 6; n += 1) seated.push(await viewBoard(n < 4 ? ada : bob, challenge.id));
  const others: TestUser[] = [];
  for (let n = 0; n < members; n += 1) {
    const one = await signUp();
    await joinChallenge(one, challenge);
    others.push(one);
  }
  return { ada, bob, challenge, seated, others };
}
