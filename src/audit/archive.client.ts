import type { Context } from "../platform/context.ts";
import { askStorage } from "../platform/storage.ts";
import type { LogRow } from "./entry.ts";
import { rowsIn, textOf } from "./part.ts";

/** A part as it is stored; `etag` tells this version of it from every other. */
export type StoredPart = { rows: LogRow[]; etag: string };

const ABSENT = new Headers({ "if-none-match": "*" });

/** Reads a part, or null where there is none. Raises `storage_unavailable`. */
export async function readPart(ctx: Context, name: string): Promise<StoredPart | null> {
  return await askStorage(ctx, async (bucket) => {
    const file = await bucket.get(name);
    if (!file) return null;
    const text = await new Response(file.body.pipeThrough(new DecompressionStream("gzip"))).text();
    return { rows: rowsIn(text), etag: file.etag };
  });
}

/**
 * Stores a part where it stands under `etag`; where it is not there yet with null. Says whether it
 * did: what somebody else stored meanwhile stays. Raises `storage_unavailable`.
 */
export async function writePart(
  ctx: Context,
  name: string,
  rows: readonly LogRow[],
  etag: string | null,
): Promise<boolean> {
  const packed = new Blob([textOf(rows)]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = await new Response(packed).arrayBuffer();
  return await askStorage(ctx, async (bucket) => {
    const stored = await bucket.put(name, bytes, {
      onlyIf: etag === null ? ABSENT : { etagMatches: etag },
      httpMetadata: { contentType: "application/gzip" },
    });
    return stored !== null;
  });
}
