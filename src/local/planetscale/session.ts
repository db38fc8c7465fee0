import { randomUUID } from "node:crypto";

/** What the endpoint reads from the session that a client hands back with every statement. */
export interface SessionState {
  id: string;
  in_transaction: boolean;
  /** Whether the client knows that its transaction has begun at the server: BEGIN alone does not get there. */
  is_at_server: boolean;
}

interface WireSession {
  vitessSession?: { SessionUUID?: unknown; inTransaction?: unknown; shardSessions?: unknown };
}

/** Reads a client's session: `null` or anything unknown begins a new one. */
export function readSession(wire: unknown): SessionState {
  const vitess =
    typeof wire === "object" && wire !== null ? (wire as WireSession).vitessSession : null;
  const id = vitess?.SessionUUID;
  if (typeof id !== "string" || !/^[\w-]{8,64}$/.test(id)) {
    return { id: randomUUID(), in_transaction: false, is_at_server: false };
  }
  const in_transaction = vitess?.inTransaction === true;
  return { id, in_transaction, is_at_server: in_transaction && Boolean(vitess.shardSessions) };
}

/** A session as JSON text, in the shape PlanetScale gives it; clients treat it as opaque. */
export function sessionJson(session: SessionState): string {
  const shard = session.is_at_server ? '"shardSessions":[{"target":{"shard":"-"}}],' : "";
  const transaction = session.in_transaction
    ? `"inTransaction":true,${shard}`
    : '"autocommit":true,';
  return `{"signature":"local","vitessSession":{${transaction}"options":{"includedFields":"ALL","clientFoundRows":true},"DDLStrategy":"direct","SessionUUID":"${session.id}","enableSystemSettings":true}}`;
}
