import { parseArgs } from "node:util";

export const USAGE = `npm run smoke -- <https://the.api> [--origin URL] [--version TEXT]

Looks at a deployment from outside: everything that can be read, nothing that is changed.

  --origin URL     a page's origin that must be allowed to read answers (CORS_ORIGINS)
  --version TEXT   what the version that answers must contain: a tag, or the deployment's id

With SMOKE_EMAIL and SMOKE_PASSWORD in the environment it also signs in to that account, reads all
that is its own, and signs out. With SMOKE_METRICS_TOKEN it reads the metrics.

Exit code 0: all is well; 1: some check failed; 2: it could not begin.`;

/** What is looked at, and with which means. */
export type Options = {
  /** The API's origin, without a path. */
  url: string;
  origin: string | null;
  version: string | null;
  account: { email: string; password: string } | null;
  metrics_token: string | null;
  is_help: boolean;
};

/** A command line, or an environment, that cannot be followed; its message says why. */
export class SmokeError extends Error {}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the command line and the environment. Raises SmokeError. */
export function readOptions(args: readonly string[], variables: Variables): Options {
  const { values, positionals } = parsed(args);
  const is_help = values.help;
  const [text = "", ...more] = positionals;
  if (!is_help && (text === "" || more.length > 0)) throw new SmokeError(USAGE);
  const email = variables["SMOKE_EMAIL"] ?? "";
  const password = variables["SMOKE_PASSWORD"] ?? "";
  if ((email === "") !== (password === ""))
    throw new SmokeError("SMOKE_EMAIL and SMOKE_PASSWORD go together: one of them is missing.");
  const token = variables["SMOKE_METRICS_TOKEN"] ?? "";
  return {
    url: is_help ? "" : originOf("The address", text),
    origin: values.origin === undefined ? null : originOf("--origin", values.origin),
    version: values.version ?? null,
    account: email === "" ? null : { email, password },
    metrics_token: token === "" ? null : token,
    is_help,
  };
}

function originOf(what: string, text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    throw new SmokeError(`${what} must be like https://api.example.com, not "${text}".`);
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "")
    throw new SmokeError(`${what} has no path, query or password: ${url.origin} would do.`);
  return url.origin;
}

function parsed(args: readonly string[]) {
  const options = {
    origin: { type: "string" },
    version: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new SmokeError(`${words}\n\n${USAGE}`, { cause: error });
  }
}
