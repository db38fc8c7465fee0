import { z } from "zod";
import type { Check, Means } from "./check.ts";
import { demandHeader, demandJson, demandProblem, demandStatus, demandTag } from "./demand.ts";
import { Fault, type Ask, type Target } from "./target.ts";

const loginSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  token_type: z.literal("Bearer"),
});
const page = z.object({ data: z.array(z.unknown()), next_cursor: z.string().nullable() });
const challengePage = page.extend({ data: z.array(z.looseObject({ id: z.string() })) });
const ticketSchema = z.object({ ticket: z.string().min(1) });

/** What is read of an account, and what each answer must hold at least. */
const readings: { path: string; shape: z.ZodType }[] = [
  { path: "/users/me", shape: z.object({ id: z.string(), email: z.string() }) },
  { path: "/users/me/stats", shape: z.object({ today_seconds: z.int(), streak_days: z.int() }) },
  { path: "/users/me/sessions", shape: z.object({ data: z.array(z.unknown()).min(1) }) },
  { path: "/activities/today", shape: z.object({ date: z.string(), total_seconds: z.int() }) },
  { path: "/activities", shape: page },
  { path: "/activities/stats/daily", shape: z.object({ days: z.array(z.unknown()) }) },
  { path: "/activities/stats/weekly", shape: z.object({ days: z.array(z.unknown()).length(7) }) },
  { path: "/activities/resume?device_id=smoke", shape: z.object({ resume_after: z.unknown() }) },
  { path: "/blocked", shape: z.object({ data: z.array(z.unknown()) }) },
  { path: "/challenges", shape: page },
  { path: "/challenges/my-challenges", shape: page },
];

/** Whether somebody can sign in, read all that is theirs, and sign out for good. */
export function accountChecks({ account, patience_ms }: Means): Check[] {
  if (account === null) return [];
  let session: z.infer<typeof loginSchema> | null = null;
  const asUser = async ({ ask }: Target, path: string, how: Ask = {}) => {
    if (session === null) throw new Fault("is left out: nobody is signed in");
    const authorization = `Bearer ${session.access_token}`;
    return await ask(`/api${path}`, { ...how, headers: { authorization, ...how.headers } });
  };
  return [
    {
      name: "signing in",
      look: async ({ ask }) => {
        const body = { ...account, device_name: "smoke" };
        const answer = await ask("/api/auth/login", { method: "POST", body });
        if (answer.status === 401)
          throw new Fault("SMOKE_EMAIL and SMOKE_PASSWORD are not those of an account there");
        session = demandJson(answer, loginSchema);
        return "with tokens";
      },
    },
    ...readings.map(({ path, shape }) => ({
      name: `GET ${path}`,
      look: async (target: Target) => {
        const answer = await asUser(target, path);
        demandJson(answer, shape);
        demandHeader(answer, "ratelimit", /r=\d+/);
        return "read";
      },
    })),
    {
      name: "GET /blocked/decisions",
      look: async (target) => {
        const answer = await asUser(target, "/blocked/decisions");
        demandJson(
          answer,
          z.object({ policy_version: z.string(), decisions: z.array(z.unknown()) }),
        );
        const headers = { "if-none-match": demandTag(answer) };
        demandStatus(await asUser(target, "/blocked/decisions", { headers }), 304);
        return "read, and not sent twice";
      },
    },
    {
      name: "a leaderboard",
      look: async (target) => {
        const { data } = demandJson(await asUser(target, "/challenges"), challengePage);
        const [first] = data;
        if (first === undefined) return "there is no public challenge to look at";
        const board = await asUser(target, `/challenges/${first.id}/leaderboard?limit=5`);
        demandJson(board, z.object({ total: z.int(), entries: z.array(z.unknown()) }));
        return "read";
      },
    },
    {
      name: "a socket, by a ticket",
      look: async (target) => {
        const answer = await asUser(target, "/auth/ticket", { method: "POST" });
        const { ticket } = demandJson(answer, ticketSchema);
        const url = `${target.url.replace(/^http/, "ws")}/api/users/me/live?ticket=${encodeURIComponent(ticket)}`;
        return `opened, greeted with ${await talk(url, patience_ms)}, closed`;
      },
    },
    {
      name: "signing out",
      look: async (target) => {
        const body = { refresh_token: session?.refresh_token };
        demandStatus(await asUser(target, "/auth/logout", { method: "POST", body }), 204);
        demandProblem(await asUser(target, "/users/me"), 401, "session_ended");
        return "for good";
      },
    },
  ];
}

/** Opens a socket, waits for the first frame, and closes it; gives the frame's type. Raises Fault. */
async function talk(url: string, patience_ms: number): Promise<string> {
  const socket = new WebSocket(url);
  const greeted = Promise.withResolvers<string>();
  const closed = Promise.withResolvers<CloseEvent>();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Fault(`said nothing for ${patience_ms / 1_000} s`)),
    patience_ms,
  );
  socket.addEventListener("message", ({ data }) => greeted.resolve(String(data)));
  socket.addEventListener("error", () => greeted.reject(new Fault("does not open")));
  socket.addEventListener("close", (event) => {
    greeted.reject(new Fault(`closed with ${event.code}`));
    closed.resolve(event);
  });
  try {
    const first = await Promise.race([greeted.promise, late.promise]);
    const frame = z.looseObject({ type: z.string() }).safeParse(jsonIn(first));
    if (!frame.success) throw new Fault("the first frame has no type");
    socket.close(1000);
    const { wasClean } = await Promise.race([closed.promise, late.promise]);
    if (!wasClean) throw new Fault("the close was not answered");
    return frame.data.type;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
