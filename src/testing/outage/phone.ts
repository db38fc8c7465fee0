import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

/** Where the stack under test answers. */
export type Addresses = { api_url: string; mail_url: string };

/** An item of usage as a phone keeps it until it is acknowledged. */
export type SentItem = { id: string; started_at: string; duration_seconds: number };

export type Reply = { status: number; body: Record<string, unknown>; ms: number };

/** A phone of a signed-up person, over real HTTP: it knows what was acknowledged to it. */
export class Phone {
  readonly user_id: string;
  readonly acknowledged = new Map<string, SentItem>();
  private readonly api_url: string;
  private readonly token: string;
  private sent = 0;

  private constructor(api_url: string, user_id: string, token: string) {
    this.api_url = api_url;
    this.user_id = user_id;
    this.token = token;
  }

  /** Registers a new person through the mail and signs in. */
  static async signUp(
    { api_url, mail_url }: Addresses,
    display_name: string,
    timezone = "UTC",
  ): Promise<Phone> {
    const email = `phone-${randomUUID()}@example.com`;
    const password = `correct horse ${randomUUID()}`;
    const post = async (path: string, body: object) =>
      await untilTaken(async () => await request(`${api_url}/api${path}`, "POST", body));
    await post("/auth/register", { email, password, display_name, timezone });
    const caught = await fetch(
      `${mail_url}/api/messages?to=${encodeURIComponent(email)}&wait_ms=30000`,
    );
    const [mail] = await caught.json<{ text: string }[]>();
    await post("/auth/verify-email", { token: /token=([\w.-]+)/.exec(mail?.text ?? "")?.[1] });
    const { body } = await post("/auth/login", { email, password });
    const { access_token, user } = body as { access_token: string; user: { id: string } };
    return new Phone(api_url, user.id, access_token);
  }

  /** Makes the next item: one minute of use, each at its own time in the last hours. */
  nextItem(): SentItem {
    this.sent += 1;
    const started_at = new Date(Date.now() - this.sent * 120_000 - 60_000).toISOString();
    return { id: idOf(this.user_id, this.sent), started_at, duration_seconds: 60 };
  }

  /** Sends an item; notes it as acknowledged if the answer is 2xx. */
  async send(item: SentItem): Promise<Reply> {
    const reply = await this.call("POST", "/activities", {
      ...item,
      app: "com.instagram.android",
      device_id: "phone",
    });
    if (reply.status === 200 || reply.status === 201) this.acknowledged.set(item.id, item);
    return reply;
  }

  /** Calls the API as this person; with a key, the same call may be repeated. */
  async call(method: string, path: string, body?: object, key?: string): Promise<Reply> {
    return await request(`${this.api_url}/api${path}`, method, body, this.token, key);
  }
}

const PATIENCE_MS = 60_000;

/** Whoever signs up comes back where the server has too much to do; gives the answer that says more than that. */
async function untilTaken(ask: () => Promise<Reply>): Promise<Reply> {
  for (const from = Date.now(); ;) {
    const reply = await ask();
    const isPutOff = [0, 429, 503].includes(reply.status);
    if (!isPutOff || Date.now() - from > PATIENCE_MS) return reply;
    await pause(500);
  }
}

/** A call that was cut off is a reply too: status 0. */
async function request(
  url: string,
  method: string,
  body?: object,
  token?: string,
  key?: string,
): Promise<Reply> {
  const from = Date.now();
  try {
    const answer = await fetch(url, {
      method,
      headers: {
        ...(body && { "content-type": "application/json" }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(key !== undefined && { "idempotency-key": key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: text === "" ? {} : JSON.parse(text),
      ms: Date.now() - from,
    };
  } catch {
    return { status: 0, body: {}, ms: Date.now() - from };
  }
}

/** The same UUIDv7-shaped id whenever the same item is made. */
function idOf(user_id: string, n: number): string {
  return `${user_id.slice(0, 14)}7${user_id.slice(15, 24)}${n.toString(16).padStart(12, "0")}`;
}
