import {
  announceStack,
  findRunningStack,
  LOCAL_FOLDER,
  withdrawStack,
  type RunningStack,
} from "../running-stack.ts";
import { startStack } from "../stack.ts";
import { wantedPort } from "./wanted-port.ts";

/** A stack to play with. */
export type StackInUse = Pick<RunningStack, "api_url" | "mail_url" | "docs_url"> & {
  /** Whether it was started for the demo. */
  isOwn: boolean;
  /** Ends it if it was started here, else does nothing. */
  release(): Promise<void>;
};

const API_PORT = 8787;
const MAIL_PORT = 8025;

/** The stack that runs, or one of our own on the ports that `npm start` would take. */
export async function useStack(log: (line: string) => void): Promise<StackInUse> {
  const running = await findRunningStack();
  if (running) return { ...running, isOwn: false, release: async () => undefined };
  const stack = await startStack({
    folder: LOCAL_FOLDER,
    port: await wantedPort("PORT", API_PORT),
    mail_port: await wantedPort("MAIL_PORT", MAIL_PORT),
    database_url: process.env["DATABASE_URL"],
    log,
  });
  const { api_url, mail_url, docs_url, planetscale } = stack;
  const addresses = { api_url, mail_url, docs_url };
  await announceStack(LOCAL_FOLDER, {
    ...addresses,
    pid: process.pid,
    planetscale_url: planetscale.url,
  });
  return {
    ...addresses,
    isOwn: true,
    async release() {
      await withdrawStack(LOCAL_FOLDER);
      await stack.stop();
    },
  };
}
