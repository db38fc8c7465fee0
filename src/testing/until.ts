/** How long a test waits for what must come, in ms. */
const PATIENCE_MS = 20_000;
const PAUSE_MS = 50;

/** Asks again and again until `ask` gives something else than null or false; throws when patience ends. */
export async function until<T>(what: string, ask: () => Promise<T | null | false>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
