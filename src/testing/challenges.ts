import { createExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { jobContext } from "../platform/context.ts";
import { turnDueChallenges } from "../challenges/challenges.jobs.ts";
import { doWhatIsDue } from "./alarms.ts";
import { api, signIn, signUp, type Answer, type TestUser } from "./api.ts";
import { soon, until } from "./until.ts";
import { boardStub } from "./objects.ts";

/** A challenge as the API answers it. */
export type Challenge = {
  id: string;
  name: string;
  description: string;
  visibility: string;
  invite_code: string | null;
  owner: { id: string; display_name: string } | null;
  apps: string[];
  metric: string;
  goal_seconds: number | null;
  start_date: string;
  end_date: string;
  max_participants: number | null;
  status: string;
  participant_count: number;
  joined: boolean;
};
export type Problem = { code: string; errors?: { path: string; message: string }[] };
type Line = {
  rank: number;
  user: { id: string; display_name: string; avatar_url: string | null };
  score: number;
  days_reported: number;
  days_total: number;
  coverage: number;
};
export type BoardAnswer = {
  status: string;
  version: number;
  entries: Line[];
  me: Line | null;
  total: number;
  next_cursor: string | null;
};

/** A context for looking into MySQL behind the API's back. */
export const work = () => jobContext(env, createExecutionContext(), "test");

/** Has every board turn that is due at an instant, as the cron does; counts what it did. */
export async function turnAllDue(now: number): Promise<{ due: number; failed: number }> {
  const all = { due: 0, failed: 0 };
  for (let after: string | null = null; ;) {
    const ctx = jobContext(env, createExecutionContext(), "test", now);
    const { counts, next_after } = await turnDueChallenges(ctx, after);
    all.due += counts["due"] ?? 0;
    all.failed += counts["failed"] ?? 0;
    after = next_after;
    if (after === null) return all;
  }
}

/** Signs people up one after the other: equal scores stand in the order of their ids. */
export async function people<const Names extends readonly string[]>(
  clock: { advance: (ms: number) => void },
  ...names: Names
): Promise<{ -readonly [At in keyof Names]: TestUser }> {
  const all: TestUser[] = [];
  for (const display_name of names) {
    clock.advance(1);
    all.push(await signUp({ display_name }));
  }
  return all as { -readonly [At in keyof Names]: TestUser };
}

/** Signs in again: tokens do not outlive the days that pass in a test. */
export async function back(user: TestUser): Promise<TestUser> {
  return { ...user, ...(await signIn(user)) };
}

/** Makes a challenge, and has these others join it. */
export async function makeChallenge(
  owner: TestUser,
  terms: object,
  others: readonly TestUser[] = [],
): Promise<Challenge> {
  const made = wanted(await api(owner).post<Challenge>("/challenges", { name: "Ours", ...terms }));
  for (const one of others) await joinChallenge(one, made);
  return made;
}

export async function joinChallenge(
  user: TestUser,
  { id, invite_code }: Pick<Challenge, "id" | "invite_code">,
): Promise<void> {
  const body = invite_code === null ? {} : { invite_code };
  wanted(await api(user).post(`/challenges/${id}/join`, body));
}

/** Reports an item of use, and gives its id: a minute of instagram unless it says otherwise. */
export async function report(user: TestUser, item: object): Promise<string> {
  const usual = { app: "instagram", duration_seconds: 60 };
  const isWhole = "kind" in item || "ended_at" in item;
  const body = isWhole ? { app: "instagram", ...item } : { ...usual, ...item };
  const { activity } = wanted(
    await api(user).post<{ activity: { id: string } }>("/activities", body),
  );
  return activity.id;
}

/** Reports a device's total of a date. */
export async function reportTotal(
  user: TestUser,
  date: string,
  total_seconds: number,
  device_id = "phone",
): Promise<string> {
  return await report(user, { kind: "day_total", device_id, date, total_seconds });
}

/** A challenge as somebody finds it, or why they do not. */
export async function seenBy(user: TestUser, id: string): Promise<Answer<Challenge & Problem>> {
  return await api(user).get<Challenge & Problem>(`/challenges/${id}`);
}

export async function boardOf(
  user: TestUser,
  id: string,
  query = "?limit=100",
): Promise<BoardAnswer> {
  return wanted(await api(user).get<BoardAnswer>(`/challenges/${id}/leaderboard${query}`));
}

/** A board's lines, best first, by asking it itself: whoever waits for a change may ask often. */
export async function linesOf(viewer: TestUser, challenge_id: string): Promise<Line[]> {
  const question = { challenge_id, viewer_id: viewer.id, limit: 100, after: null };
  const page = await boardStub(challenge_id).page({ ...question, around_me: false });
  if (typeof page === "string") throw new Error(page);
  return page.entries;
}

/** Waits until a board says so: phones are answered before their boards have heard. Lines of rank, name and score. */
export async function expectBoard(
  user: TestUser,
  id: string,
  expected: [number, string, number][],
): Promise<void> {
  const lines = async () =>
    (await linesOf(user, id)).map(({ rank, user: who, score }) => [rank, who.display_name, score]);
  await soon(async () => {
    const shown = await lines();
    if (JSON.stringify(shown) !== JSON.stringify(expected))
      throw new Error(`the board says ${JSON.stringify(shown)}, not ${JSON.stringify(expected)}`);
  });
}

/** Has a board do what is due by the clock. */
export async function ring(id: string): Promise<void> {
  await doWhatIsDue(boardStub(id));
}

/** What a viewer of a board hears: the type of each frame, and the code that closes it. */
export async function watch(user: TestUser, id: string) {
  const answer = await exports.default.fetch(
    new Request(`http://localhost/api/challenges/${id}/live`, {
      headers: { upgrade: "websocket", authorization: `Bearer ${user.access_token}` },
    }),
  );
  const socket = answer.webSocket;
  if (!socket) throw new Error(`no socket: ${answer.status}`);
  const heard = {
    frames: [] as { type: string; status?: string }[],
    closed: null as number | null,
  };
  socket.addEventListener("message", ({ data }) => {
    heard.frames.push(JSON.parse(String(data)) as { type: string; status?: string });
  });
  socket.addEventListener("close", ({ code }) => {
    heard.closed = code;
  });
  socket.accept();
  await until("the first frame", async () => heard.frames.length > 0);
  return heard;
}

function wanted<T>({ status, body }: Answer<T>): T {
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}
