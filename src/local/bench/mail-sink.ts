import { randomUUID } from "node:crypto";
import { z } from "zod";
import { listen, readBody, sendJson } from "../http.ts";

/** A Postmark that takes whatever comes and keeps nothing but how many mails each address got. */
export type MailSink = { host: string; stop(): Promise<void> };

const MAX_BODY_BYTES = 50 * 1024 * 1024;
const batchSchema = z.array(z.object({ To: z.string(), Tag: z.string() }));

/** Starts it; `GET /counts` gives, by tag, how many mails each address got. */
export async function startMailSink(): Promise<MailSink> {
  const counts = new Map<string, Map<string, number>>();
  const server = await listen(0, (request, response) => {
    if (request.method === "GET") {
      const byTag = [...counts].map(([tag, tos]) => [tag, Object.fromEntries(tos)]);
      sendJson(response, 200, Object.fromEntries(byTag));
      return;
    }
    void readBody(request, MAX_BODY_BYTES).then((body) => {
      const mails = batchSchema.parse(JSON.parse(body ?? "[]"));
      const answers = mails.map(({ To, Tag }) => {
        const tos = counts.get(Tag) ?? new Map<string, number>();
        counts.set(Tag, tos.set(To, (tos.get(To) ?? 0) + 1));
        return { To, MessageID: randomUUID(), ErrorCode: 0, Message: "OK" };
      });
      sendJson(response, 200, answers);
    });
  });
  return { host: `127.0.0.1:${server.port}`, stop: async () => await server.stop() };
}

/** How many mails with this tag each address got so far. */
export async function mailCounts(host: string, tag: string): Promise<Map<string, number>> {
  const answer = await fetch(`http://${host}/counts`);
  const all = z.record(z.string(), z.record(z.string(), z.int())).parse(await answer.json());
  return new Map(Object.entries(all[tag] ?? {}));
}
