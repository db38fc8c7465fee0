import { ServerClient, type Models } from "postmark";
import type { Context } from "../platform/context.ts";
import { errors } from "../platform/errors.ts";

/** Seconds after which a call to Postmark is given up. */
const TIMEOUT_SECONDS = 10;

/** What Postmark said of one message: accepted under an id, or why not (its own error code). */
export type Outcome = { error_code: number; message_id: string };

function clientOf({ POSTMARK_TOKEN, POSTMARK_HOST }: Context["config"]): ServerClient {
  if (POSTMARK_TOKEN === null) throw errors.not_configured();
  return new ServerClient(POSTMARK_TOKEN, {
    timeout: TIMEOUT_SECONDS,
    ...(POSTMARK_HOST === "" ? {} : { requestHost: POSTMARK_HOST, useHttps: false }),
  });
}

/** Asks Postmark whether it knows our token; throws where it does not answer so. */
export async function askServer(ctx: Context): Promise<void> {
  const client = clientOf(ctx.config);
  await ctx.log.timed("mail", async () => await client.getServer());
}

/** Sends up to 500 messages in one call; gives their outcomes in order. Throws where the call itself failed. */
export async function sendBatch(ctx: Context, messages: Models.Message[]): Promise<Outcome[]> {
  const client = clientOf(ctx.config);
  const answers = await ctx.log.timed("mail", async () => await client.sendEmailBatch(messages));
  return answers.map((answer) => ({ error_code: answer.ErrorCode, message_id: answer.MessageID }));
}
