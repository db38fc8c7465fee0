import { orientationOf, orientationSegment } from "./exif.ts";
import { Kept } from "./kept.ts";
import { isSane, standsAt, viewOf, type Picture } from "./picture.ts";

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP1 = 0xe1;
/** Baseline, extended and progressive: what every phone and browser draws. */
const FRAMES = [0xc0, 0xc1, 0xc2];
/** Tables that drawing needs: Huffman, quantisation, restart interval. */
const TABLES = [0xc4, 0xdb, 0xdd];
/** Application segments that give the size of a pixel and its colours, by how they begin. */
const COLOURS: Record<number, string> = { 0xe0: "JFIF\0", 0xe2: "ICC_PROFILE\0", 0xee: "Adobe" };

/**
 * Reads a JPEG segment by segment up to its end of image; null for anything else. What a phone
 * appends after the end (a brighter twin, a film) is left out, like all metadata but the orientation.
 */
export function cleanJpeg(file: Uint8Array<ArrayBuffer>): Picture | null {
  if (file[0] !== 0xff || file[1] !== SOI) return null;
  const view = viewOf(file);
  const kept = new Kept(file);
  kept.keep(0, 2);
  let size: { width: number; height: number } | null = null;
  let hasScan = false;
  for (let at = 2; at + 2 <= file.length;) {
    if (file[at] !== 0xff || kept.tooMany()) return null;
    const marker = file[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // a fill byte
      continue;
    }
    if (marker === EOI) {
      kept.keep(at, at + 2);
      return size && hasScan ? { ...size, bytes: kept.bytes() } : null;
    }
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= SOI) || at + 4 > file.length) return null;
    const length = view.getUint16(at + 2);
    let end = at + 2 + length;
    if (length < 2 || end > file.length) return null;
    if (isFrame(marker)) {
      if (size) return null;
      size = frameSize(view, at, length, marker);
      if (!size) return null;
    }
    if (marker === SOS) {
      if (!size) return null;
      hasScan = true;
      end = scanEnd(file, end);
    }
    if (marker === APP1) keepOrientation(file, at, end, kept);
    else if (isDrawn(file, at, marker)) kept.keep(at, end);
    at = end;
  }
  return null;
}

/** Whether a marker begins a frame, of whichever kind: C4, C8 and CC stand between them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function frameSize(view: DataView, at: number, length: number, marker: number) {
  if (!FRAMES.includes(marker) || length < 11) return null;
  const size = { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
  const components = view.getUint8(at + 9);
  const isWhole = [1, 3, 4].includes(components) && length === 8 + 3 * components;
  return isWhole && view.getUint8(at + 4) === 8 && isSane(size) ? size : null;
}

/** Where the entropy-coded data from `from` on ends: at the next marker that is no restart. */
function scanEnd(file: Uint8Array, from: number): number {
  for (let at = file.indexOf(0xff, from); at !== -1; at = file.indexOf(0xff, at + 1)) {
    const next = file[at + 1] ?? 0;
    const isData = next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7);
    if (!isData) return at;
  }
  return file.length;
}

function isDrawn(file: Uint8Array, at: number, marker: number): boolean {
  if (isFrame(marker) || marker === SOS || TABLES.includes(marker)) return true;
  const colours = COLOURS[marker];
  return colours !== undefined && standsAt(file, at + 4, colours);
}

/** Phones store pictures as the sensor lies: without this they would be shown on their side. */
function keepOrientation(file: Uint8Array, at: number, end: number, kept: Kept): void {
  if (!standsAt(file, at + 4, "Exif\0\0")) return;
  const orientation = orientationOf(file.subarray(at + 10, end));
  const segment = orientationSegment(orientation);
  if (orientation !== 1 && segment.length <= end - at) kept.replace(segment);
}
