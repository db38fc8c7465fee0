import { AppError, errors } from "../errors.ts";

/** What an isolate holds of bodies at once: it has 128 MB for everything. */
const ROOM_BYTES = 32 * 1024 * 1024;
/** How long a caller may take to send a body, in ms: whoever drips holds the room of others. */
const BODY_MS = 60_000;

let held_bytes = 0;

/**
 * Reads a request's body of at most `max_bytes` and gives it to `work`, whose result it returns.
 * One that is declared longer is refused unread, one that turns out longer at that point; memory
 * holds it once. Raises `body_too_large`, `body_incomplete` (cut off, or slower than a minute) and
 * `busy` where the isolate holds as much as it can.
 */
export async function withBody<T>(
  request: Request,
  max_bytes: number,
  work: (body: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  const declared = declaredBytes(request);
  if (declared !== null && declared > max_bytes) throw tooLarge(max_bytes);
  // One that does not say its length may become the largest: growing would hold it twice.
  const room_bytes = declared ?? max_bytes;
  if (held_bytes + room_bytes > ROOM_BYTES) throw errors.busy({ retry_after_seconds: 2 });
  held_bytes += room_bytes;
  try {
    const body = await read(request, room_bytes);
    if (declared !== null && body.length < declared) throw errors.body_incomplete();
    return await work(body);
  } finally {
    held_bytes -= room_bytes;
  }
}

type View = Uint8Array<ArrayBuffer>;

async function read(request: Request, max_bytes: number): Promise<View> {
  if (!request.body) return new Uint8Array();
  // The stream writes into our buffer: chunks of its own making would be a second copy.
  const reader = request.body.getReader({ mode: "byob" });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("the body took too long")), BODY_MS);
  try {
    return await fill(
      max_bytes,
      async (view) => await Promise.race([reader.read(view), late.promise]),
    );
  } catch (cause) {
    // Nothing more of it is wanted; that the stream may be broken already does not matter.
    await reader.cancel().catch(() => undefined);
    throw cause instanceof AppError ? cause : errors.body_incomplete({ cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Reads until the end, by a reader that borrows the buffer it fills and gives it back as a view. */
async function fill(
  max_bytes: number,
  readInto: (free: View) => Promise<{ done: boolean; value?: View | undefined }>,
): Promise<View> {
  let buffer = new ArrayBuffer(max_bytes);
  for (let length = 0; length < max_bytes;) {
    const { done, value } = await readInto(new Uint8Array(buffer, length));
    buffer = value?.buffer ?? buffer;
    if (done) return new Uint8Array(buffer, 0, length);
    length += value?.length ?? 0;
  }
  // A full buffer is the whole body, unless there is one byte more.
  const { done } = await readInto(new Uint8Array(1));
  if (!done) throw tooLarge(max_bytes);
  return new Uint8Array(buffer);
}

function declaredBytes(request: Request): number | null {
  const header = request.headers.get("content-length");
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : null;
}

function tooLarge(max_bytes: number): Error {
  return errors.body_too_large({
    detail: `The body is larger than ${max_bytes / 1024 / 1024} MiB.`,
  });
}
