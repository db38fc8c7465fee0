/** What a reader of one format made of a file. */
export type Picture = { width: number; height: number; bytes: Uint8Array<ArrayBuffer> };

export type Image = Picture & { type: "image/png" | "image/jpeg" | "image/webp" };

/** As large as a phone's camera makes them. */
const MAX_SIDE = 8_192;

/** Says whether a picture of this size may be shown on other people's phones. */
export function isSane({ width, height }: { width: number; height: number }): boolean {
  return width >= 1 && width <= MAX_SIDE && height >= 1 && height <= MAX_SIDE;
}

/** Says whether the ASCII text `text` stands at an offset of the file. */
export function standsAt(file: Uint8Array, at: number, text: string): boolean {
  if (at + text.length > file.length) return false;
  for (let index = 0; index < text.length; index += 1) {
    if (file[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** The four ASCII characters that name a chunk. */
export function nameAt(file: Uint8Array, at: number): string {
  return String.fromCharCode(...file.subarray(at, at + 4));
}

/** Big- and little-endian reads over the same bytes. */
export function viewOf(file: Uint8Array): DataView {
  return new DataView(file.buffer, file.byteOffset, file.byteLength);
}
