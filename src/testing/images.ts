import { crc32, deflateSync } from "node:zlib";

type Size = { width: number; height: number };
const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const big16 = (value: number): number[] => [value >> 8, value & 255];
const big32 = (value: number): number[] => [...big16(value >>> 16), ...big16(value & 0xffff)];
const little32 = (value: number): number[] => big32(value).reverse();
const little24 = (value: number): number[] => little32(value).slice(0, 3);

/** Puts bytes together into a file. */
export function bytes(...parts: (ArrayLike<number> | string)[]): Uint8Array<ArrayBuffer> {
  const lists = parts.map((part) => (typeof part === "string" ? ascii(part) : part));
  const file = new Uint8Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    file.set(list, at);
    at += list.length;
  }
  return file;
}

/** A PNG chunk with its checksum. */
export function pngChunk(name: string, data: ArrayLike<number> | string = []): Uint8Array {
  const named = bytes(name, data);
  return bytes(big32(named.length - 4), named, big32(crc32(named)));
}

/** A grey PNG; `extra` chunks stand before the pixels. */
export function png({ width, height }: Size = { width: 3, height: 2 }, ...extra: Uint8Array[]) {
  const header = [...big32(width), ...big32(height), 8, 0, 0, 0, 0];
  // A row is its filter and a byte a pixel; pictures too large to make stay without most rows.
  const pixels = deflateSync(new Uint8Array(Math.min((width + 1) * height, 1 << 16)).fill(0));
  return bytes(
    [0x89, ...ascii("PNG\r\n"), 0x1a, 0x0a],
    pngChunk("IHDR", header),
    ...extra,
    pngChunk("IDAT", pixels),
    pngChunk("IEND"),
  );
}

/** A JPEG segment. */
export function jpegSegment(marker: number, data: ArrayLike<number> | string): Uint8Array {
  const content = bytes(data);
  return bytes([0xff, marker], big16(content.length + 2), content);
}

/** A grey JPEG; `extra` segments stand right after the start of the image. */
export function jpeg({ width, height }: Size = { width: 3, height: 2 }, ...extra: Uint8Array[]) {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  // One code of one bit each for "no difference" and "end of block".
  const table = (kind: number) => [kind, 1, ...Array<number>(15).fill(0), 0];
  const scan = new Uint8Array(Math.min(Math.ceil(blocks / 4), 1 << 16));
  return bytes(
    [0xff, 0xd8],
    ...extra,
    jpegSegment(0xdb, [0, ...Array<number>(64).fill(1)]),
    jpegSegment(0xc0, [8, ...big16(height), ...big16(width), 1, 1, 0x11, 0]),
    jpegSegment(0xc4, table(0x00)),
    jpegSegment(0xc4, table(0x10)),
    jpegSegment(0xda, [1, 1, 0, 0, 63, 0]),
    scan,
    [0xff, 0xd9],
  );
}

/** The segment in which a phone writes how it was held (1 to 8), and where. */
export function exifSegment(orientation: number, place: string): Uint8Array {
  const entry = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
  return jpegSegment(
    0xe1,
    bytes("Exif\0\0", "II*\0", little32(8), [1, 0], entry, [0, 0, 0, 0], place),
  );
}

/** A chunk of a WebP, padded to an even length. */
export function webpChunk(name: string, data: ArrayLike<number> | string): Uint8Array {
  const content = bytes(data);
  return bytes(name, little32(content.length), content, content.length % 2 === 1 ? [0] : []);
}

/** A WebP of these chunks. */
export function riff(...chunks: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const content = bytes("WEBP", ...chunks);
  return bytes("RIFF", little32(content.length), content);
}

/** The chunk of a lossless grey picture. */
export function vp8l({ width, height }: Size): Uint8Array {
  const size = (width - 1) | ((height - 1) << 14);
  // No transform, cache or groups; then five codes of one symbol: green, red, blue, alpha, distance.
  const one = (symbol: string) => `101${symbol}`;
  const grey = one("00000001");
  const bits = `000${grey}${grey}${grey}${one("11111111")}1000`.padEnd(64, "0");
  const packed = bits.match(/.{8}/g)?.map((octet) => parseInt([...octet].reverse().join(""), 2));
  return webpChunk("VP8L", [0x2f, ...little32(size), ...(packed ?? [])]);
}

/** The chunk of a lossy picture, as far as its size. */
export function vp8({ width, height }: Size): Uint8Array {
  const sides = [width & 255, width >> 8, height & 255, height >> 8];
  return webpChunk("VP8 ", [0x10, 0, 0, 0x9d, 0x01, 0x2a, ...sides, 0, 0]);
}

/** The chunk that says how large the canvas is, and by its bits what else the file holds. */
export function vp8x({ width, height }: Size, bits = 0): Uint8Array {
  return webpChunk("VP8X", [bits, 0, 0, 0, ...little24(width - 1), ...little24(height - 1)]);
}

/** A lossless grey WebP. */
export function webp(size: Size = { width: 3, height: 2 }): Uint8Array<ArrayBuffer> {
  return riff(vp8l(size));
}
