import { arrange, duel } from "./demo/arrange.ts";
import { CAST } from "./demo/cast.ts";
import { openClient, UnexpectedAnswer } from "./demo/client.ts";
import { closingLines } from "./demo/closing.ts";
import { displayOn } from "./demo/display.ts";
import { oneAtATime } from "./demo/one-at-a-time.ts";
import { readOptions, USAGE, type Options } from "./demo/options.ts";
import { writeScenario } from "./demo/scenario.ts";
import { playShow } from "./demo/play-show.ts";
import { signUp } from "./demo/sign-up.ts";
import { useStack, type StackInUse } from "./demo/stack-in-use.ts";

/** Somebody asked for the end. */
class Stopped extends Error {}

const abort = new AbortController();
const { signal } = abort;
const display = displayOn(process.stdout);

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    // npm hands a Ctrl-C on that the terminal has already delivered: the second one changes nothing.
    if (signal.aborted) return;
    abort.abort(new Stopped());
    display.close();
    display.say("\nstopping");
  });
}

// Whoever reads the lines may have seen enough: "npm run demo | head".
process.stdout.on("error", () => abort.abort(new Stopped()));

async function play(options: Options, stack: StackInUse): Promise<void> {
  const { api_url, mail_url, docs_url } = stack;
  // Tells this run's people from those of all others.
  const run = `${Date.now().toString(36).slice(-6)}${Math.floor(Math.random() * 36).toString(36)}`;
  const client = openClient({ url: api_url, signal, onWait: (text) => display.say(`  ${text}`) });

  display.say("\nSix people in six zones and a host sign up, each by a mail with a link:");
  const hashing = oneAtATime();
  const [host, ...guests] = await Promise.all(
    [CAST.host, ...CAST.people].map(async (person) => {
      const account = await signUp({ client, mail_url, run, hashing, signal }, person);
      const devices = person.devices.map(({ name }) => `a ${name}`).join(" and ");
      display.say(
        `  ${person.name} in ${person.city} registered, followed the link, signed in on ${devices}`,
      );
      return account;
    }),
  );
  const [first, second] = guests;
  if (!host || !first || !second) throw new RangeError("nobody plays");

  const scenario = writeScenario(options.seed, Date.now(), CAST);
  const arranged = await arrange(client, host, guests, scenario, run);
  display.say(`  ${host.person.name} made the challenge "${arranged.name}", the six joined`);
  const code = await duel(client, first, second, scenario.end_date);
  display.say(
    `  ${first.person.name} sent ${second.person.name} the code ${code}: it opens a challenge of their own`,
  );

  const setting = {
    ...{ client, host, guests, arranged, scenario, display, signal },
    length_ms: options.fast ? 0 : options.seconds * 1_000,
    seed: options.seed,
  };
  const { scene, answers_ms } = await playShow(setting, api_url, abort);
  const closing = {
    ...{ scene, answers_ms, mail_url, docs_url },
    ...{ email: first.email, password: first.password },
    challenge_id: arranged.challenge_id,
  };
  for (const line of closingLines(closing, display.columns, display.paint)) display.say(line);
}

/** Keeps a stack of our own up, so that its links lead somewhere, until Enter or Ctrl-C. */
async function untilEnter(): Promise<void> {
  display.say("\n The stack runs until you press Enter; npm start runs one that stays.");
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  process.stdin.once("data", end);
  signal.addEventListener("abort", end, { once: true });
  await promise;
  process.stdin.pause();
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), Math.floor(Math.random() * 10_000));
  if (options.help) {
    display.say(USAGE);
    return;
  }
  display.say(`Focus API, the demo (seed ${options.seed})`);
  const stack = await useStack((line) => {
    if (!signal.aborted) display.say(`  ${line}`);
  });
  try {
    signal.throwIfAborted();
    await play(options, stack);
    const isWatched = process.stdin.isTTY && process.stdout.isTTY;
    if (stack.isOwn && isWatched && !options.fast) await untilEnter();
  } finally {
    display.close();
    if (stack.isOwn && !signal.aborted) display.say("\nstopping the stack");
    // Whatever is still under way has nobody left to tell.
    abort.abort(new Stopped());
    await stack.release();
  }
}

/** A plain Error is for the reader; any other kind is a fault of the demo, and its stack says where. */
function inWords(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "Error") return error;
  const more = error instanceof UnexpectedAnswer ? "\n.local/worker.log may say more." : "";
  return `\n${error.message}${more}`;
}

try {
  await main();
} catch (error) {
  const isStopped = error instanceof Stopped;
  process.exitCode = isStopped ? 130 : 1;
  if (isStopped) display.say("stopped");
  else console.error(inWords(error));
}
