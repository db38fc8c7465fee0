import type { Context } from "../platform/context.ts";
import { askStorage } from "../platform/storage.ts";

/** A stored image as its readers get it; `body` is null where only its data was asked for. */
export type StoredImage = { type: string; size_bytes: number; body: ReadableStream | null };

/** Stores an image under a name that was never used before. Raises `storage_unavailable`. */
export async function storeImage(
  ctx: Context,
  file_name: string,
  image: { type: string; bytes: Uint8Array },
): Promise<void> {
  await askStorage(ctx, async (bucket) => {
    await bucket.put(file_name, image.bytes, { httpMetadata: { contentType: image.type } });
  });
}

/** Opens a stored image, or null where there is none. Raises `storage_unavailable`. */
export async function openImage(ctx: Context, file_name: string): Promise<StoredImage | null> {
  return await askStorage(ctx, async (bucket) => {
    const file = await bucket.get(file_name);
    return file && { ...dataOf(file), body: file.body };
  });
}

/** Says what is stored without opening it, or null where there is nothing. Raises `storage_unavailable`. */
export async function findImage(ctx: Context, file_name: string): Promise<StoredImage | null> {
  return await askStorage(ctx, async (bucket) => {
    const file = await bucket.head(file_name);
    return file && { ...dataOf(file), body: null };
  });
}

/** Removes up to 1,000 files; one that is not there is as good as removed. Raises `storage_unavailable`. */
export async function removeFiles(ctx: Context, file_names: string[]): Promise<void> {
  await askStorage(ctx, async (bucket) => await bucket.delete(file_names));
}

function dataOf(file: R2Object) {
  return { type: file.httpMetadata?.contentType ?? "", size_bytes: file.size };
}
