import { cleanJpeg } from "./jpeg.ts";
import { cleanPng } from "./png.ts";
import type { Image, Picture } from "./picture.ts";
import { cleanWebp } from "./webp.ts";

const readers = { "image/png": cleanPng, "image/jpeg": cleanJpeg, "image/webp": cleanWebp };

/** The media types of the images that are taken. */
export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp"] as const;

/**
 * Takes a file for what its bytes are, whatever its sender calls it: gives the media type, the size
 * in pixels and the file without all that drawing it does not need (place and camera, comments,
 * previews, what was appended). Null where it is no whole PNG, JPEG or WebP of 1 to 8,192 pixels a
 * side. Works inside `file`, which is used up; never throws.
 */
export function cleanImage(file: Uint8Array<ArrayBuffer>): Image | null {
  for (const type of IMAGE_TYPES) {
    const picture: Picture | null = readers[type](file);
    if (picture) return { type, ...picture };
  }
  return null;
}
