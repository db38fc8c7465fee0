import { afterEach, inject } from "vitest";
import type { Fault } from "../local/faults.ts";

/** Has MySQL fail in these ways from now on; in none, and it is well again. */
export async function mysqlFails(...faults: Fault[]): Promise<void> {
  await order(inject("planetscaleUrl"), faults);
}

/** Those of MySQL's faults that have not been used up yet. */
export async function mysqlFaultsLeft(): Promise<Fault[]> {
  const answer = await fetch(faultsOf(inject("planetscaleUrl")));
  return await answer.json<Fault[]>();
}

/** Has Postmark fail in these ways from now on; in none, and it is well again. */
export async function postmarkFails(...faults: Fault[]): Promise<void> {
  await order(inject("mailUrl"), faults);
}

/** Has MySQL and Postmark be well again after each test. */
export function healAfterEach(): void {
  afterEach(async () => {
    await mysqlFails();
    await postmarkFails();
  });
}

async function order(stand_in: string, faults: readonly Fault[]): Promise<void> {
  const ordered = await fetch(faultsOf(stand_in), {
    method: "POST",
    body: JSON.stringify(faults),
  });
  if (!ordered.ok) throw new Error(`No such fault: ${await ordered.text()}`);
}

const faultsOf = (stand_in: string) => new URL("/_faults", new URL(stand_in).origin);
