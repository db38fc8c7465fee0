/** An act as it is kept, in MySQL and in a line of the archive. */
export interface Entry {
  id: string;
  level: string;
  action: string;
  user_id: string | null;
  actor_id: string | null;
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  context: Record<string, unknown>;
  personal: Record<string, unknown> | null;
  /** RFC 3339. */
  created_at: string;
}

/** An act as GET /admin/logs shows it, in one line. */
export function lineOf({ personal, context, created_at, ...entry }: Entry): string {
  return `${JSON.stringify({ ...entry, context: { ...context, ...personal }, created_at })}\n`;
}
