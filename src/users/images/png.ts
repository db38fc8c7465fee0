import { Kept } from "./kept.ts";
import { isSane, nameAt, standsAt, viewOf, type Picture } from "./picture.ts";

const SIGNATURE = "\u0089PNG\r\n\u001a\n";
/** A chunk's length, name and checksum. */
const FRAME = 12;
const HEADER_END = 8 + FRAME + 13;

/** The bit depths that each colour type may have (PNG, 11.2.1). */
const DEPTHS: Record<number, number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** What a decoder cannot do without, and what gives the colours, the transparency and the motion. */
const CRITICAL = ["IHDR", "PLTE", "IDAT", "IEND"];
const KEPT = new Set([
  ...CRITICAL,
  ...["tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP"],
  ...["acTL", "fcTL", "fdAT"],
]);

/** Reads a PNG chunk by chunk, from the signature to an IEND that ends the file; null for anything else. */
export function cleanPng(file: Uint8Array<ArrayBuffer>): Picture | null {
  if (!standsAt(file, 0, SIGNATURE) || file.length < HEADER_END) return null;
  const view = viewOf(file);
  const header = headerOf(view, file);
  if (!header) return null;
  const kept = new Kept(file);
  kept.keep(0, HEADER_END);
  let isPaletted = false;
  let hasPixels = false;
  for (let at = HEADER_END; at + FRAME <= file.length;) {
    const end = at + FRAME + view.getUint32(at);
    const name = nameAt(file, at + 4);
    if (end > file.length || !/^[A-Za-z]{4}$/.test(name) || kept.tooMany()) return null;
    if (name === "IHDR" || (/^[A-Z]/.test(name) && !CRITICAL.includes(name))) return null;
    isPaletted ||= name === "PLTE" && !hasPixels;
    hasPixels ||= name === "IDAT";
    if (KEPT.has(name)) kept.keep(at, end);
    if (name === "IEND") {
      const isWhole = end === at + FRAME && end === file.length && hasPixels;
      if (!isWhole || (header.needs_palette && !isPaletted)) return null;
      return { width: header.width, height: header.height, bytes: kept.bytes() };
    }
    at = end;
  }
  return null;
}

/** Reads the IHDR chunk, which must come first; null where it makes no sense. */
function headerOf(view: DataView, file: Uint8Array) {
  if (view.getUint32(8) !== 13 || !standsAt(file, 12, "IHDR")) return null;
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  const [depth = 0, colour = 0, compression, filter, interlace = 2] = file.subarray(24, 29);
  const isKnown = compression === 0 && filter === 0 && interlace <= 1;
  if (!isSane(size) || !isKnown || !DEPTHS[colour]?.includes(depth)) return null;
  return { ...size, needs_palette: colour === 3 };
}
