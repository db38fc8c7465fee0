/** More parts than any camera or encoder writes; a file that has more is made to cost us time. */
const MAX_PARTS = 20_000;

/** Moves what is kept of a file to the front of the bytes it stands in, so that memory holds it once. */
export class Kept {
  private readonly file: Uint8Array<ArrayBuffer>;
  private end = 0;
  private parts = 0;

  constructor(file: Uint8Array<ArrayBuffer>) {
    this.file = file;
  }

  /** Counts a part, kept or not; says whether there have been too many. */
  tooMany(): boolean {
    this.parts += 1;
    return this.parts > MAX_PARTS;
  }

  /** Keeps the bytes from `from` up to `to`; parts are kept in the order in which they stand. */
  keep(from: number, to: number): void {
    if (from !== this.end) this.file.copyWithin(this.end, from, to);
    this.end += to - from;
  }

  /** Keeps other bytes in place of a part that is at least as long. */
  replace(bytes: Uint8Array): void {
    this.file.set(bytes, this.end);
    this.end += bytes.length;
  }

  /** What was kept so far: a view, not a copy. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.file.subarray(0, this.end);
  }
}
