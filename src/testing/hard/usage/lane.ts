import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "../../../local/demo/random.ts";
import type { Phone, Reply } from "../../outage/phone.ts";
import type { Item, LoneItem } from "./meaning.ts";
import type { Model } from "./model.ts";
import type { Step } from "./plan.ts";

/** What a run did, for its last line; `wrong` must stay empty. */
export class Tally {
  readonly steps: number;
  steps_done = 0;
  items = 0;
  duplicates = 0;
  merged = 0;
  refused = 0;
  deleted = 0;
  cut_off = 0;
  rate_limited = 0;
  unavailable = 0;
  /** Calls whose outcome nobody heard, and which were not repeated. */
  forgotten = 0;
  readonly wrong: string[] = [];

  constructor(steps: number) {
    this.steps = steps;
  }

  get progress(): number {
    return this.steps_done / this.steps;
  }
}

/** How a lane goes about its steps. */
export type Pace = {
  /** Longest pause between two calls, in ms. */
  longest_pause_ms: number;
  /** Runs each step; may have it wait for whoever else needs the person's phones to be quiet. */
  around: (step: () => Promise<void>) => Promise<void>;
};

type Receipt = { index: number; id: string | null; status: string; reason?: string };

const AT_EASE: Pace = { longest_pause_ms: 600, around: async (step) => await step() };

/** Does one device's steps in order, each until it is acknowledged; what was goes to the model. */
export async function runLane(
  phone: Phone,
  steps: readonly Step[],
  model: Model,
  chance: Chance,
  tally: Tally,
  { longest_pause_ms, around }: Pace = AT_EASE,
): Promise<void> {
  const mine: string[] = [];
  for (const step of steps) {
    await pause(chance.whole(0, Math.floor(longest_pause_ms)));
    await around(async () => await take(phone, step, model, mine, chance, tally));
    tally.steps_done += 1;
  }
}

async function take(
  phone: Phone,
  step: Step,
  model: Model,
  mine: string[],
  chance: Chance,
  tally: Tally,
): Promise<void> {
  if (step.kind === "delete") return await removeOne(phone, mine, model, chance, tally);
  if (step.kind === "forgotten") return await sendOnce(phone, step.item, model, tally);
  const items = step.kind === "one" ? [step.item] : step.items;
  const receipts = await send(phone, step, tally);
  if (receipts.length !== items.length) tally.wrong.push("a batch got too few receipts");
  for (const receipt of receipts) note(items[receipt.index], receipt, model, mine, tally);
  if (step.kind === "batch") model.vouch(step.reported_dates, Date.now() / 1_000);
}

/** A phone that is switched off behind its call never hears what became of the item. */
async function sendOnce(
  phone: Phone,
  { body, meaning }: LoneItem,
  model: Model,
  tally: Tally,
): Promise<void> {
  const { status } = await phone.call("POST", "/activities", body);
  if (status === 200 || status === 201) {
    const fault = model.acknowledge(meaning, meaning.id);
    if (fault !== null) tally.wrong.push(fault);
    tally.items += 1;
  } else if (status !== 429) {
    tally.forgotten += 1;
    model.doubt(meaning);
  }
}

async function send(
  phone: Phone,
  step: Extract<Step, { kind: "one" | "batch" }>,
  tally: Tally,
): Promise<Receipt[]> {
  if (step.kind === "one") {
    const { status, body } = await untilAnswered(
      async () => await phone.call("POST", "/activities", step.item.body),
      tally,
    );
    if (status === 422) return [{ index: 0, id: null, status: "rejected" }];
    return [body["receipt"] as Receipt];
  }
  const { items, reported_dates } = step;
  const batch = {
    items: items.map(({ body }) => body),
    ...(reported_dates.length > 0 && { reported_dates }),
  };
  const { status, body } = await untilAnswered(
    async () => await phone.call("POST", "/activities", batch),
    tally,
  );
  if (status === 200) return body["receipts"] as Receipt[];
  tally.wrong.push(`a batch was answered ${status}: ${JSON.stringify(body)}`);
  return [];
}

function note(
  item: Item | undefined,
  { id, status, reason }: Receipt,
  model: Model,
  mine: string[],
  tally: Tally,
): void {
  tally.items += 1;
  if (!item) return void tally.wrong.push("a receipt for no item");
  if (status === "rejected") {
    tally.refused += 1;
    if (item.meaning.kind !== "refused") {
      tally.wrong.push(`refused (${reason}): ${JSON.stringify(item.body)}`);
    }
    return;
  }
  if (status === "duplicate") tally.duplicates += 1;
  if (status === "merged") tally.merged += 1;
  const fault = model.acknowledge(item.meaning, id ?? "");
  if (fault !== null) tally.wrong.push(fault);
  if (id !== null) mine.push(id);
}

async function removeOne(
  phone: Phone,
  mine: readonly string[],
  model: Model,
  chance: Chance,
  tally: Tally,
): Promise<void> {
  if (mine.length === 0) return;
  const id = chance.pick(mine);
  const { status } = await untilAnswered(
    async () => await phone.call("DELETE", `/activities/${id}`),
    tally,
  );
  if (status !== 204) tally.wrong.push(`DELETE was answered ${status}`);
  tally.deleted += 1;
  model.remove(id);
}

/** Repeats a call, as a phone does, until the server has said what became of it. */
export async function untilAnswered(call: () => Promise<Reply>, tally: Tally): Promise<Reply> {
  for (;;) {
    const reply = await call();
    if (reply.status === 0) tally.cut_off += 1;
    else if (reply.status === 429) tally.rate_limited += 1;
    else if (reply.status === 503) tally.unavailable += 1;
    else return reply;
    await pause(reply.status === 429 ? 1_000 : 100);
  }
}
