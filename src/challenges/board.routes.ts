import { userContext } from "../platform/http/app-env.ts";
import { defineRoute, empty, featureApp, json } from "../platform/http/route.ts";
import { requireUpgrade } from "../platform/http/upgrade.ts";
import { decodeCursor, encodeCursor } from "../platform/http/schemas.ts";
import {
  challengeParam,
  leaderboardCursor,
  leaderboardQuery,
  leaderboardSchema,
  liveQuery,
} from "./challenges.wire.ts";
import { leaderboard, watch } from "./watching.service.ts";

const tags = ["Challenges"];

const getLeaderboard = defineRoute("/challenges/{id}/leaderboard", "user", {
  method: "get",
  tags,
  summary: "The board of a challenge as it stands, or the caller's neighbourhood on it",
  request: { params: challengeParam, query: leaderboardQuery },
  responses: { 200: json(leaderboardSchema, "A page of the board") },
  problems: [404],
});

const getLive = defineRoute("/challenges/{id}/live", "socket", {
  method: "get",
  tags,
  summary: "The board of a challenge, live: a WebSocket of JSON frames",
  description: [
    "Frames: `snapshot { version, status, total, entries, me }` first, with the top 50; then",
    "`changes { version, entries, me, total, status? }`, at most four a second, each the next version;",
    "`final { … }` as a snapshot, once. Merge the entries of `changes` by user, sort by rank and user id,",
    'keep 50. After a reconnect `{ "type": "resume", "version": n }` gives empty `changes` where nothing',
    "was missed, else a snapshot. `ping` is answered `pong`: send one every 30 s, for it says that the",
    "frames are being read. Close codes: 4401 token or session ended, 4403 not allowed any more, 4404",
    "gone, 4408 too slow (more than 1 MiB since the last answered `ping`; connect and resume), 4429 too",
    "many or too large messages.",
  ].join(" "),
  request: { params: challengeParam, query: liveQuery },
  responses: { 101: empty("The socket is open; the first frame is a snapshot") },
  problems: [404],
});

export const boardRoutes = featureApp()
  .openapi(getLeaderboard, async (c) => {
    const { limit, cursor, around } = c.req.valid("query");
    const place = decodeCursor(cursor, leaderboardCursor);
    const { next, ...board } = await leaderboard(userContext(c), {
      challenge_id: c.req.valid("param").id,
      limit,
      after: place && { score: place[0], id: place[1] },
      around_me: around === "me",
    });
    return c.json({ ...board, next_cursor: next && encodeCursor([next.score, next.id]) }, 200);
  })
  .openapi(getLive, async (c) => {
    requireUpgrade(c);
    return await watch(userContext(c), c.req.valid("param").id);
  });
