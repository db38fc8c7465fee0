import { z } from "zod";
import type { Person } from "./cast.ts";
import { UnexpectedAnswer, type Client } from "./client.ts";

/** Somebody with an account, signed in on all their devices. */
export type Account = {
  person: Person;
  user_id: string;
  email: string;
  password: string;
  /** The access token of each device. */
  tokens: ReadonlyMap<string, string>;
};

export type SignUp = {
  client: Client;
  /** The mail catcher's address. */
  mail_url: string;
  /** Makes addresses of this run unlike those of any other. */
  run: string;
  /** Passwords are hashed one after the other: the API turns away whoever comes while several wait. */
  hashing: <T>(work: () => Promise<T>) => Promise<T>;
  signal: AbortSignal;
};

/** Good enough for an account that lives on this machine alone; shown at the end, so that one can sign in. */
const PASSWORD = "an evening without it";
const MAIL_WAIT_MS = 20_000;

const mailsSchema = z.array(z.object({ tag: z.string(), text: z.string() }));
const userSchema = z.object({ user: z.object({ id: z.string() }) });
const signedInSchema = userSchema.extend({ access_token: z.string() });

/**
 * Brings somebody from nothing to signed in on each device, the way an app does: register, follow the
 * link in the mail, sign in. Raises UnexpectedAnswer.
 */
export async function signUp(
  { client, mail_url, run, hashing, signal }: SignUp,
  person: Person,
): Promise<Account> {
  const email = `${person.key}-${run}@example.com`;
  const { name: display_name, timezone, locale } = person;
  await hashing(
    async () =>
      await client.ask({
        method: "POST",
        path: "/auth/register",
        body: { email, password: PASSWORD, display_name, timezone, locale },
        status: [202],
        shape: z.object({ status: z.literal("verification_sent") }),
      }),
  );
  const token = await mailedToken(mail_url, email, signal);
  await client.ask({
    method: "POST",
    path: "/auth/verify-email",
    body: { token },
    status: [200],
    shape: userSchema,
  });
  const tokens = new Map<string, string>();
  let user_id = "";
  for (const { device_id, name } of person.devices) {
    const { body } = await hashing(
      async () =>
        await client.ask({
          method: "POST",
          path: "/auth/login",
          body: { email, password: PASSWORD, device_name: `${person.name}’s ${name}` },
          status: [200],
          shape: signedInSchema,
        }),
    );
    tokens.set(device_id, body.access_token);
    user_id = body.user.id;
  }
  return { person, user_id, email, password: PASSWORD, tokens };
}

/** Reads the verification mail where it was caught and takes the token out of its link. */
async function mailedToken(mail_url: string, email: string, signal: AbortSignal): Promise<string> {
  const url = new URL("/api/messages", mail_url);
  url.searchParams.set("to", email);
  url.searchParams.set("wait_ms", String(MAIL_WAIT_MS));
  const mails = mailsSchema.safeParse(await readJson(url, signal));
  const mail = mails.data?.find(({ tag }) => tag === "verification");
  const token = /[?&]token=([^&\s]+)/.exec(mail?.text ?? "")?.[1];
  if (token === undefined) {
    throw new UnexpectedAnswer(
      `No mail with a verification link came to ${email}: see ${mail_url}`,
    );
  }
  return decodeURIComponent(token);
}

async function readJson(url: URL, signal: AbortSignal): Promise<unknown> {
  try {
    return await (await fetch(url, { signal })).json();
  } catch (error) {
    signal.throwIfAborted();
    throw new UnexpectedAnswer(`The mail catcher does not answer: ${url.origin}`, { cause: error });
  }
}
