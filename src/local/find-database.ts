import { findRunningStack } from "./running-stack.ts";

/** The database that a tool works on, as a PlanetScale URL: `PLANETSCALE_URL`, else the running stack's, else null. */
export async function findDatabase(): Promise<string | null> {
  const named = process.env["PLANETSCALE_URL"];
  if (named !== undefined && named !== "") return named;
  return (await findRunningStack())?.planetscale_url ?? null;
}

/** What to tell an operator who has neither. */
export const NO_DATABASE = "No stack runs here: start one with npm start, or set PLANETSCALE_URL.";
