/** Waits that many ms; rejects with the signal's reason as soon as it is aborted. */
export async function pause(wait_ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (wait_ms <= 0) return;
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, wait_ms);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
