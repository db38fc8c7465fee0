import { expect } from "vitest";
import { DAY_MS, HOUR_MS } from "../../platform/time/instant.ts";
import { api, signUp } from "../api.ts";
import { visit } from "../visit.ts";
import { back, joinChallenge, makeChallenge } from "../challenges.ts";
import { answered, asUser, by, today, why, type Act, type Tried } from "./act.ts";

export const CHALLENGES_ACTS = {
  "challenges.created": [
    {
      what: "with its terms, without its code",
      async run() {
        const ada = await signUp();
        const of = visit(ada);
        const terms = { name: "Quiet", visibility: "private", ...today };
        const { body } = await of.call("POST", "/challenges", terms);
        const context = { challenge_id: body["id"], joined: true };
        const after = expect.objectContaining({ name: "Quiet", ...today }) as object;
        const rows = [by(ada, { context, personal: { after } })];
        return { of, rows, people: [ada], secrets: [String(body["invite_code"])] };
      },
    },
  ],
  "challenges.changed": [
    asUser("before it begins", async (ada) => {
      const soon = { start_date: "2026-03-20", end_date: "2026-03-21" };
      const { id } = await makeChallenge(ada, soon);
      const personal = { before: { name: "Ours" }, after: { name: "Quiet" } };
      const row = by(ada, { context: { challenge_id: id, fields: ["name"] }, personal });
      const body = { name: "Quiet", start_date: "2026-03-20" };
      return { method: "PUT", path: `/challenges/${id}`, body, status: 200, row };
    }),
  ],
  "challenges.joined": [
    asUser("a public one", async (ada) => {
      const { id } = await makeChallenge(await signUp(), { ...today, visibility: "public" });
      const row = by(ada, { context: { challenge_id: id } });
      return { method: "POST", path: `/challenges/${id}/join`, body: {}, status: 200, row };
    }),
    asUser("by its code alone", async (ada) => {
      const made = await makeChallenge(await signUp(), { ...today, visibility: "private" });
      const invite_code = made.invite_code ?? "";
      const row = by(ada, { context: { challenge_id: made.id } });
      const secrets = [invite_code];
      const body = { invite_code };
      return { method: "POST", path: "/challenges/join", body, status: 200, row, secrets };
    }),
  ],
  "challenges.left": [
    asUser("somebody else's", async (ada) => {
      const made = await makeChallenge(await signUp(), { ...today, visibility: "public" });
      await joinChallenge(ada, made);
      const row = by(ada, { context: { challenge_id: made.id } });
      return { method: "POST", path: `/challenges/${made.id}/leave`, status: 204, row };
    }),
  ],
  "challenges.completed": [
    {
      what: "once its last day is over",
      async run(clock) {
        const first = await signUp();
        const { id } = await makeChallenge(first, { ...today, grace_hours: 48 });
        clock.advance(DAY_MS + HOUR_MS);
        const ada = await back(first);
        const of = visit(ada);
        answered(200, await of.call("POST", `/challenges/${id}/complete`));
        return { of, rows: [by(ada, { context: { challenge_id: id } })], people: [ada] };
      },
    },
  ],
  "challenges.cancelled": [
    asUser("one's own", async (ada) => {
      const { id } = await makeChallenge(ada, today);
      const row = by(ada, { context: { challenge_id: id } });
      return { method: "DELETE", path: `/challenges/${id}`, status: 204, row };
    }),
  ],
  "challenges.code_renewed": [
    asUser("of one's own", async (ada) => {
      const made = await makeChallenge(ada, { ...today, visibility: "private" });
      const row = by(ada, { context: { challenge_id: made.id } });
      const secrets = [made.invite_code ?? ""];
      return {
        method: "POST",
        path: `/challenges/${made.id}/invite-code`,
        status: 200,
        row,
        secrets,
      };
    }),
  ],
  "challenges.code_refused": [
    asUser("a wrong one", async (ada) => ({
      method: "POST",
      path: "/challenges/join",
      body: { invite_code: "ABCDEFGH" },
      status: 404,
      row: by(ada, why("wrong_code")),
      secrets: ["ABCDEFGH"],
    })),
    asUser("any, after ten wrong ones", async (ada) => {
      for (let times = 0; times < 10; times += 1)
        await api(ada).post("/challenges/join", { invite_code: "ABCDEFGH" });
      const body = { invite_code: "BCDEFGHA" };
      const row = by(ada, why("too_many_wrong_codes"));
      const secrets = ["ABCDEFGH", "BCDEFGHA"];
      return { method: "POST", path: "/challenges/join", body, status: 429, row, secrets };
    }),
  ],
} satisfies Partial<Record<Tried, Act[]>>;
