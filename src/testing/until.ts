/** How long a test waits for what must come, in ms: a loaded machine stands still for seconds. */
const PATIENCE_MS = 20_000;
/** Shorter than a test may take, so that what was looked for is told. */
const LOOKS_MS = 15_000;
const PAUSE_MS = 50;

/** Asks again and again until `ask` gives something else than null or false; throws when patience ends. */
export async function until<T>(what: string, ask: () => Promise<T | null | false>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await pause();
  }
}

/** Looks again and again until `look` does not throw, and gives its result; throws its last error when patience ends. */
export async function soon<T>(look: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + LOOKS_MS;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await pause();
  }
}

/** Reads until two readings in a row are equal, and gives that: what earlier work does late is in it. */
export async function steady<T extends number | readonly number[]>(
  read: () => Promise<T>,
): Promise<T> {
  let last: T | null = null;
  return await until("two equal readings", async () => {
    const before = last;
    last = await read();
    return JSON.stringify(last) === JSON.stringify(before) && last;
  });
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
