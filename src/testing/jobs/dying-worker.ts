import { inject } from "vitest";

/** How it goes on when it has died: undoes the dying, and says whether it came to that. */
type Revive = () => Promise<boolean>;
/** Plain text: what one object's request made of streams, another may not read. */
type Rollback = { url: string; headers: [string, string][]; body: string };

const fetchAnywhere = globalThis.fetch;
const theWorkerIsDead = () => new TypeError("the Worker is dead");

/** Lets everything out again; to be called after each test. */
export function liveOn(): void {
  globalThis.fetch = fetchAnywhere;
}

/**
 * Lets nothing out any more after so many trips to MySQL, the last of them maybe unanswered. Brings the
 * Worker back by what it gives, which says whether it came to that.
 */
export function dieAfter(trips: number, takes_effect: boolean): Revive {
  let left = trips;
  let isDead = false;
  const { origin } = new URL(inject("planetscaleUrl"));
  const open = new Map<string, Rollback>();
  globalThis.fetch = async (input, init) => {
    const asked = new Request(input, init);
    const isMySql = asked.url.startsWith(origin);
    if (isMySql) left -= 1;
    if (isDead || (left < 0 && !takes_effect)) throw theWorkerIsDead();
    isDead = left < 0;
    const answer = await fetchAnywhere(asked.clone());
    if (isMySql) await note(open, asked, answer.clone());
    if (isDead) throw theWorkerIsDead();
    return answer;
  };
  return async () => {
    liveOn();
    // PlanetScale rolls the transactions of the dead back after 20 s of its own clock.
    for (const { url, headers, body } of open.values()) {
      await (await fetchAnywhere(url, { method: "POST", headers, body })).text();
    }
    return isDead || left < 0;
  };
}

/** From here on nothing that speaks of this gets through; call what it gives to end that. */
export function dieWhere(words: string): () => void {
  globalThis.fetch = async (input, init) => {
    const asked = new Request(input, init);
    if ((await asked.clone().text()).includes(words)) throw theWorkerIsDead();
    return await fetchAnywhere(asked);
  };
  return liveOn;
}

/** Keeps the rollback of each session that is in a transaction. */
async function note(open: Map<string, Rollback>, asked: Request, answer: Response) {
  const { session } = await answer.json<{
    session: { vitessSession: { SessionUUID: string; inTransaction?: boolean } };
  }>();
  const { SessionUUID, inTransaction } = session.vitessSession;
  const body = JSON.stringify({ query: "rollback", session });
  const rollback = { url: asked.url, headers: [...asked.headers], body };
  if (inTransaction) open.set(SessionUUID, rollback);
  else open.delete(SessionUUID);
}
