import { Kept } from "./kept.ts";
import { isSane, nameAt, standsAt, viewOf, type Picture } from "./picture.ts";

const HEADER = 12;
/** The chunks that are drawn; place, camera and whatever is unknown are not among them. */
const KEPT = new Set(["VP8X", "ICCP", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L"]);
/** VP8X: the bits that announce EXIF and XMP. */
const METADATA_BITS = 0x0c;

type Size = { width: number; height: number };

/** Reads a WebP chunk by chunk, over the whole length that its RIFF header names; null for anything else. */
export function cleanWebp(file: Uint8Array<ArrayBuffer>): Picture | null {
  if (!standsAt(file, 0, "RIFF") || !standsAt(file, 8, "WEBP")) return null;
  const view = viewOf(file);
  if (view.getUint32(4, true) !== file.length - 8) return null;
  const kept = new Kept(file);
  kept.keep(0, HEADER);
  let size: Size | null = null;
  let hasPixels = false;
  let at = HEADER;
  while (at + 8 <= file.length) {
    const name = nameAt(file, at);
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length + (length % 2);
    if (end > file.length || kept.tooMany()) return null;
    if (name === "VP8X" || size === null) {
      const canvas = at === HEADER ? sizeOf(name, view, at + 8, length) : null;
      if (!canvas || !isSane(canvas)) return null;
      size = canvas;
      if (name === "VP8X") view.setUint8(at + 8, view.getUint8(at + 8) & ~METADATA_BITS);
    }
    if (name === "VP8 " || name === "VP8L") {
      const picture = sizeOf(name, view, at + 8, length);
      if (hasPixels || picture?.width !== size.width || picture.height !== size.height) return null;
    }
    hasPixels ||= ["VP8 ", "VP8L", "ANMF"].includes(name);
    if (KEPT.has(name)) kept.keep(at, end);
    at = end;
  }
  if (!size || !hasPixels || at !== file.length) return null;
  const bytes = kept.bytes();
  view.setUint32(4, bytes.length - 8, true);
  return { ...size, bytes };
}

/** The size in pixels that a chunk's data names; null where it is none that begins a WebP. */
function sizeOf(name: string, view: DataView, at: number, length: number): Size | null {
  if (name === "VP8X" && length === 10) {
    return { width: uint24(view, at + 4) + 1, height: uint24(view, at + 7) + 1 };
  }
  if (name === "VP8 " && length >= 10) {
    const isKeyFrame = view.getUint8(at) % 2 === 0 && uint24(view, at + 3) === 0x2a019d;
    const width = view.getUint16(at + 6, true) & 0x3fff;
    return isKeyFrame ? { width, height: view.getUint16(at + 8, true) & 0x3fff } : null;
  }
  if (name === "VP8L" && length >= 5) {
    const bits = view.getUint32(at + 1, true);
    const isKnown = view.getUint8(at) === 0x2f && bits >>> 29 === 0;
    return isKnown ? { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 } : null;
  }
  return null;
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
