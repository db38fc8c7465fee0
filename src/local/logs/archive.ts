import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Entry } from "./entry.ts";
import { LogsError } from "./options.ts";

/** The files of an archive. */
export interface Archive {
  /** A file's bytes; null where it is not there (yet). */
  read(name: string): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

/** As much of a bucket as is asked for here; miniflare's own type needs the Worker's. */
interface Bucket {
  get(name: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
}

/** As much of wrangler as is used here; its own type needs the Worker's as well. */
interface ConfigReader {
  unstable_readConfig: (
    args: { config: string; env?: string },
    options: { hideWarnings: boolean },
  ) => { r2_buckets: { binding: string; bucket_name?: string }[] };
}

const ROOT = join(import.meta.dirname, "../../..");
const MAX_PART_BYTES = 256 * 2 ** 20;
const run = promisify(execFile);
const unpack = promisify(gunzip);

/** The name of the bucket behind the binding FILES, in an environment of wrangler.toml. */
export async function bucketOf(env: string | null): Promise<string> {
  const { unstable_readConfig: readConfig } = (await import("wrangler")) as unknown as ConfigReader;
  let buckets: { binding: string; bucket_name?: string }[];
  try {
    buckets = readConfig(
      { config: join(ROOT, "wrangler.toml"), ...(env !== null && { env }) },
      { hideWarnings: true },
    ).r2_buckets;
  } catch (error) {
    throw new LogsError(`wrangler.toml has no environment ${env}.`, { cause: error });
  }
  const name = buckets.find(({ binding }) => binding === "FILES")?.bucket_name;
  if (name === undefined) throw new LogsError("wrangler.toml names no bucket for FILES.");
  return name;
}

/** The bucket of a local stack, whose state is in `persist`; the stack itself may run meanwhile. */
export async function localArchive(persist: string, bucket: string): Promise<Archive> {
  const { convertV4MiniflareOptions, Log, LogLevel, Miniflare } = await import("miniflare");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [
        {
          name: "archive",
          modules: true,
          script: "export default { fetch: () => new Response(null, { status: 404 }) };",
          compatibilityDate: "2026-10-01",
          r2Buckets: { FILES: bucket },
        },
      ],
      resourcePersistencePath: persist,
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.NONE),
    }),
  );
  await miniflare.ready;
  const files = (await miniflare.getR2Bucket("FILES")) as unknown as Bucket;
  return {
    async read(name) {
      const file = await files.get(name);
      return file && new Uint8Array(await file.arrayBuffer());
    },
    close: async () => await miniflare.dispose(),
  };
}

/** The bucket of a deployment, fetched by wrangler with the operator's own rights. */
export function remoteArchive(bucket: string): Archive {
  return {
    async read(name) {
      const args = ["r2", "object", "get", `${bucket}/${name}`, "--remote", "--pipe"];
      try {
        const { stdout } = await run(join(ROOT, "node_modules/.bin/wrangler"), args, {
          encoding: "buffer",
          maxBuffer: MAX_PART_BYTES,
        });
        return stdout;
      } catch (error) {
        const { stderr = "", message } = error as Error & { stderr?: Buffer | string };
        const words = stderr.toString().trim();
        if (/key does not exist|404/.test(words)) return null;
        throw new LogsError(`wrangler cannot fetch ${name}:\n${words || message}`, {
          cause: error,
        });
      }
    },
    close: async () => await Promise.resolve(),
  };
}

/** The acts in a file of the archive, oldest first. */
export async function entriesIn(bytes: Uint8Array): Promise<Entry[]> {
  const text = (await unpack(bytes)).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Entry);
}
