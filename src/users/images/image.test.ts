import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytes,
  exifSegment,
  jpeg,
  jpegSegment,
  png,
  pngChunk,
  riff,
  vp8,
  vp8l,
  vp8x,
  webp,
  webpChunk,
} from "../../testing/images.ts";
import { orientationOf, orientationSegment } from "./exif.ts";
import { cleanImage } from "./image.ts";

const size = { width: 3, height: 2 };
const PLACE = "GPS 48.8584 N 2.2945 E";
const make = { "image/png": png, "image/jpeg": jpeg, "image/webp": webp };
const files = Object.entries(make).map(([type, of]) => ({ type, of }));
const holds = (file: Uint8Array, text: string) => Buffer.from(file).includes(text);

describe.each(files)("$type", ({ type, of }) => {
  it("is known by its bytes, with its size, and kept as it is", () => {
    expect(cleanImage(of(size))).toEqual({ type, ...size, bytes: of(size) });
    expect(cleanImage(of({ width: 1, height: 1 }))).toMatchObject({ width: 1, height: 1 });
    expect(cleanImage(of({ width: 8_192, height: 8_192 }))).toMatchObject({ width: 8_192 });
  });

  it.each([
    { width: 8_193, height: 1 },
    { width: 1, height: 8_193 },
  ])("is refused with sides of %j pixels", (sides) => {
    expect(cleanImage(of(sides))).toBeNull();
  });

  it("is refused when any of its end is missing", () => {
    const file = of(size);
    for (let length = 0; length < file.length; length += 1) {
      expect(cleanImage(file.slice(0, length))).toBeNull();
    }
  });

  it("never makes the reader throw or keep more than there is, whatever is wrong with it", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, fc.uint8Array({ maxLength: 40 }), (changes, tail) => {
        const file = bytes(of(size), tail);
        for (const [at, value] of changes) file[at % file.length] = value;
        const image = cleanImage(file);
        if (!image) return;
        expect(image.bytes.length).toBeLessThanOrEqual(file.length);
        // What was kept is an image by itself, and there is nothing more to take from it.
        expect(cleanImage(image.bytes.slice())).toEqual(image);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("what is no image", () => {
  it.each([
    ["nothing", bytes()],
    ["a web page", bytes("<!doctype html><script>alert(1)</script>")],
    ["an SVG", bytes('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["a GIF", bytes("GIF89a", [1, 0, 1, 0, 0, 0, 0, 0x3b])],
    ["a HEIC", bytes([0, 0, 0, 24], "ftypheic", [0, 0, 0, 0], "mif1heic")],
    ["a PDF", bytes("%PDF-1.7\n")],
    ["a page under a PNG's signature", bytes(png().slice(0, 8), "<script>alert(1)</script>")],
    ["a page under a PNG's header", bytes(png().slice(0, 33), "<script>alert(1)</script>")],
    ["a PNG with a page behind it", bytes(png(), "<script>alert(1)</script>")],
    ["a PNG with an archive behind it", bytes(png(), "PK\u0003\u0004")],
    ["a page that begins like a JPEG", bytes([0xff, 0xd8, 0xff], "<script>alert(1)</script>")],
    ["a page in a JPEG's comment, and no picture", bytes([0xff, 0xd8], comment(), [0xff, 0xd9])],
    ["a WebP with a page behind it", bytes(webp(), "<script>alert(1)</script>")],
    ["a sound in a WebP's container", bytes("RIFF", [4, 0, 0, 0], "WAVE")],
    ["a WebP without pixels", riff(vp8x(size))],
    [
      "a WebP whose picture is larger than its canvas",
      riff(vp8x(size), vp8l({ ...size, width: 9 })),
    ],
    ["a WebP of two pictures", riff(vp8l(size), vp8l(size))],
    ["a PNG with two headers", png(size, png(size).slice(8, 33))],
    ["a PNG with an unknown part that must be understood", png(size, pngChunk("ABCD"))],
  ])("%s is refused", (_what, file) => {
    expect(cleanImage(file)).toBeNull();
  });

  it("are random bytes, also behind a signature", () => {
    const signature = fc.constantFrom(
      bytes(),
      bytes([0xff, 0xd8, 0xff]),
      png().slice(0, 8),
      png().slice(0, 33),
      webp().slice(0, 12),
      webp().slice(0, 20),
    );
    fc.assert(
      fc.property(signature, fc.uint8Array({ maxLength: 300 }), (start, rest) => {
        expect(cleanImage(bytes(start, rest))).toBeNull();
      }),
      { numRuns: 3_000 },
    );
  });

  it("is a file that is cut into parts without end", () => {
    const parts = Array<Uint8Array>(20_001).fill(pngChunk("tEXt"));
    expect(cleanImage(png(size, ...parts))).toBeNull();
    expect(cleanImage(png(size, ...parts.slice(0, 19_000)))).toMatchObject(size);
  });
});

describe("what drawing does not need", () => {
  it("is left out of a PNG; its colours stay", () => {
    const colours = pngChunk("sRGB", [0]);
    const file = png(size, colours, pngChunk("tEXt", `Comment\0${PLACE}`), pngChunk("eXIf", PLACE));
    expect(cleanImage(file)?.bytes).toEqual(png(size, colours));
  });

  it("is left out of a JPEG, also behind its end; its colours stay, and which way up it is", () => {
    const colours = jpegSegment(0xe2, bytes("ICC_PROFILE\0", [1, 1, 0, 0]));
    const twins = jpegSegment(0xe2, bytes("MPF\0", PLACE));
    const file = bytes(
      jpeg(size, exifSegment(6, PLACE), colours, twins, comment()),
      jpeg(size, exifSegment(6, PLACE)),
      "<script>alert(1)</script>",
    );
    const kept = cleanImage(file)?.bytes ?? bytes();
    expect(holds(kept, "GPS") || holds(kept, "script")).toBe(false);
    expect(kept).toEqual(jpeg(size, orientationSegment(6), colours));
  });

  it("leaves the orientation readable, whoever wrote it", () => {
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      for (const segment of [exifSegment(orientation, ""), orientationSegment(orientation)]) {
        expect(orientationOf(segment.subarray(10))).toBe(orientation);
      }
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(7), (tail, at) => {
        const tiff = bytes(exifSegment(3, "").slice(10, 10 + at * 4), tail);
        expect(orientationOf(tiff)).toBeGreaterThanOrEqual(1);
        expect(orientationOf(tiff)).toBeLessThanOrEqual(8);
      }),
    );
  });

  it("is left out of a WebP, which says so no longer", () => {
    const file = riff(
      vp8x(size, 0x1c),
      vp8l(size),
      webpChunk("EXIF", PLACE),
      webpChunk("XMP ", "x"),
    );
    expect(cleanImage(file)?.bytes).toEqual(riff(vp8x(size, 0x10), vp8l(size)));
  });

  it("is not looked for in lossy and moving pictures, which are taken as they are", () => {
    for (const file of [riff(vp8(size)), riff(vp8x(size, 2), webpChunk("ANMF", bytes("frame")))]) {
      expect(cleanImage(file.slice())).toEqual({ type: "image/webp", ...size, bytes: file });
    }
  });
});

function comment(): Uint8Array {
  return jpegSegment(0xfe, "<script>alert(1)</script>");
}
