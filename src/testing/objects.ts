import { env } from "cloudflare:workers";

/** The Durable Object of a user. */
export const userStub = ({ id }: { id: string }) => env.USER.get(env.USER.idFromName(id));

/** The Durable Object of a challenge's board. */
export const boardStub = (id: string) => env.BOARD.get(env.BOARD.idFromName(id));
