import type { Bindings } from "./bindings.ts";

/** The release, as package.json names it; a test holds the two together. */
export const VERSION = "0.1.0";

/** Which code answers: its release, and which upload of it. */
export type Deployment = {
  /** The release (a deploy's `--tag`, else package.json's version), with the upload behind a plus sign. */
  version: string;
  /** Cloudflare's id of the uploaded version, as `wrangler deployments list` shows it. */
  deploy_id: string;
  /** When it was uploaded (RFC 3339); null where the platform does not tell. */
  deployed_at: string | null;
};

/** Says which code answers. On this machine the runtime makes up an id at each start. */
export function deployment({ VERSION_METADATA: metadata }: Pick<Bindings, "VERSION_METADATA">) {
  const deploy_id = metadata.id;
  const release = metadata.tag === "" ? VERSION : metadata.tag;
  return {
    version: `${release}+${deploy_id.slice(0, 8)}`,
    deploy_id,
    deployed_at: metadata.timestamp === "" ? null : metadata.timestamp,
  } satisfies Deployment;
}
