/** A mail as the catcher keeps it and `GET /api/messages` shows it. */
export interface CaughtMessage {
  /** The MessageID that its sender was told. */
  id: string;
  to: string;
  cc: string;
  bcc: string;
  from: string;
  reply_to: string;
  subject: string;
  html: string;
  text: string;
  tag: string;
  stream: string;
  metadata: Record<string, string>;
  headers: { name: string; value: string }[];
  /** RFC 3339, UTC. */
  received_at: string;
}

/** Why Postmark would not take a message: its own ErrorCode and words. */
export interface Rejection {
  ErrorCode: number;
  Message: string;
}

const MAX_RECIPIENTS = 50;
const MAX_SUBJECT = 2000;
const MAX_TAG = 1000;
const MAX_METADATA = { fields: 10, name: 20, value: 80 };

/**
 * Reads one message of a request as Postmark does: a message to keep, or the error that it answers
 * (300 for everything that is wrong with the message itself).
 */
export function readMessage(
  wire: unknown,
  id: string,
  receivedAt: string,
): CaughtMessage | Rejection {
  if (typeof wire !== "object" || wire === null || Array.isArray(wire))
    return invalid("No message.");
  const field = (name: string): string => {
    const value = (wire as Record<string, unknown>)[name];
    return typeof value === "string" ? value : "";
  };
  const message: CaughtMessage = {
    id,
    to: field("To"),
    cc: field("Cc"),
    bcc: field("Bcc"),
    from: field("From"),
    reply_to: field("ReplyTo"),
    subject: field("Subject"),
    html: field("HtmlBody"),
    text: field("TextBody"),
    tag: field("Tag"),
    stream: field("MessageStream") || "outbound",
    metadata: readMetadata((wire as { Metadata?: unknown }).Metadata),
    headers: readHeaders((wire as { Headers?: unknown }).Headers),
    received_at: receivedAt,
  };
  const wrong = whatIsWrong(message);
  return wrong === null ? message : invalid(wrong);
}

/** The bare addresses in a list such as `Ada <ada@example.com>, b@example.com`, in lower case. */
export function addressesIn(list: string): string[] {
  return splitList(list).map((entry) => bareAddress(entry).toLowerCase());
}

/** Postmark's error 300 with these words. */
export function invalid(words: string): Rejection {
  return { ErrorCode: 300, Message: words };
}

/** Postmark's error 406, in the words from which its client reads the addresses. */
export function inactive(addresses: readonly string[]): Rejection {
  return {
    ErrorCode: 406,
    Message: `You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: ${addresses.join(", ")}. Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression.`,
  };
}

function whatIsWrong(message: CaughtMessage): string | null {
  const senders = splitList(message.from);
  if (senders.length !== 1 || !isAddress(senders[0])) {
    return `Invalid 'From' address: '${message.from}'.`;
  }
  const lists = [
    ["To", message.to],
    ["Cc", message.cc],
    ["Bcc", message.bcc],
  ] as const;
  let recipients = 0;
  for (const [name, list] of lists) {
    for (const entry of splitList(list)) {
      if (!isAddress(entry)) return `Invalid '${name}' address: '${entry}'.`;
      recipients += 1;
    }
  }
  if (recipients === 0) return "Zero recipients specified";
  if (recipients > MAX_RECIPIENTS) return `Too many recipients. Maximum is ${MAX_RECIPIENTS}.`;
  if (message.html === "" && message.text === "") {
    return "Provide either email TextBody or HtmlBody or both.";
  }
  if (/[\r\n]/.test(message.subject)) return "Invalid 'Subject': line breaks are not allowed.";
  if (message.subject.length > MAX_SUBJECT) return "The 'Subject' is too long.";
  if (message.tag.length > MAX_TAG) return "The 'Tag' is too long.";
  const metadata = Object.entries(message.metadata);
  const { fields, name, value } = MAX_METADATA;
  const too_large = metadata.some(([key, text]) => key.length > name || text.length > value);
  if (metadata.length > fields || too_large) {
    return `Invalid metadata: at most ${fields} fields, names of ${name} and values of ${value} characters.`;
  }
  return null;
}

// A comma inside a quoted display name does not part addresses.
function splitList(list: string): string[] {
  const entries = list.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== "");
}

function bareAddress(entry: string): string {
  return /<([^<>]*)>\s*$/.exec(entry)?.[1]?.trim() ?? entry;
}

function isAddress(entry: string | undefined): boolean {
  const address = bareAddress(entry ?? "");
  return address.length <= 254 && /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]+\.[^\s@<>,;".]+$/.test(address);
}

function readMetadata(wire: unknown): Record<string, string> {
  if (typeof wire !== "object" || wire === null) return {};
  return Object.fromEntries(Object.entries(wire).map(([name, value]) => [name, String(value)]));
}

function readHeaders(wire: unknown): { name: string; value: string }[] {
  if (!Array.isArray(wire)) return [];
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  return wire.map((header: { Name?: unknown; Value?: unknown } | null) => ({
    name: text(header?.Name),
    value: text(header?.Value),
  }));
}
