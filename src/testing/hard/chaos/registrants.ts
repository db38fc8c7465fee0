import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "../../../local/demo/random.ts";
import { freshEmail } from "../accounts.ts";
import { call, type Reply } from "../caller.ts";
import type { HardStack } from "../hard-stack.ts";
import type { World } from "./world.ts";

/** Somebody who registers while all breaks: what they were promised is a mail. */
export type Registrant = { email: string; password: string; tries_from: number; tries_to: number };

/** Registers new people over the length of a run, each until the server has said that a mail is on its way. */
export async function registerPeople(
  stack: HardStack,
  count: number,
  run_ms: number,
  chance: Chance,
): Promise<Registrant[]> {
  const people = Array.from({ length: count }, async (_, n): Promise<Registrant> => {
    await pause(chance.whole(0, Math.floor(run_ms * 0.8)));
    const [email, password] = [freshEmail(), `correct horse ${chance.whole(1, 1e9)}`];
    const tries_from = Date.now();
    const body = { email, password, display_name: "Newcomer", timezone: "Europe/Paris" };
    await untilSaid(async () => await call(stack, "POST", "/auth/register", { body, ip: ipOf(n) }));
    return { email, password, tries_from, tries_to: Date.now() };
  });
  return await Promise.all(people);
}

/** Follows each one's newest mail, and signs in. */
export async function confirmPeople(
  stack: HardStack,
  world: World,
  people: readonly Registrant[],
): Promise<void> {
  for (const [n, { email, password }] of people.entries()) {
    const [mail] = await stack.mail.waitFor(email);
    const token = /token=([\w.-]+)/.exec(mail?.text ?? "")?.[1];
    const ip = ipOf(n + 500);
    const steps = [
      ["/auth/verify-email", { token }],
      ["/auth/login", { email, password }],
    ] as const;
    for (const [path, body] of steps) {
      const { status, text } = await untilSaid(
        async () => await call(stack, "POST", path, { body, ip }),
      );
      if (status === 200) continue;
      world.differ({
        who: email,
        where: `POST ${path}, by the newest mail`,
        expected: "200",
        found: `${status} ${text}`,
        why: [`their registration was answered 202; ${mail ? "a" : "no"} mail came`],
      });
    }
  }
}

async function untilSaid(ask: () => Promise<Reply>): Promise<Reply> {
  for (;;) {
    // A call that was cut off says nothing.
    const reply = await ask().catch(() => null);
    if (reply && ![429, 503].includes(reply.status)) return reply;
    await pause(300);
  }
}

function ipOf(n: number): string {
  return `10.77.${n >> 8}.${n & 255}`;
}
