import { createServer } from "node:net";

/** The port that a variable of the environment names, else the usual one. Raises an Error where it is none, or taken. */
export async function wantedPort(name: string, usual: number): Promise<number> {
  const text = process.env[name] ?? "";
  const port = text === "" ? usual : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${name} must be a port from 1 to 65535, not "${text}".`);
  }
  if (await isFree(port)) return port;
  throw new Error(
    `No stack of npm start runs, and port ${port} is taken by another program.\nStop that, or choose another: ${name}=${port + 1} npm run demo`,
  );
}

async function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createServer();
  probe.once("error", () => resolve(false));
  probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  return await promise;
}
