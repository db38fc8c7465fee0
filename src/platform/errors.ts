/** What went wrong, in the caller's terms; each edge maps it to its own answer (HTTP status, close code). */
export type ErrorKind =
  | "malformed"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "conflict"
  | "too_large"
  | "not_json"
  | "invalid"
  | "too_many"
  | "internal"
  | "unavailable";

/** One fault of one field: its path in the input, and what is wrong with it. */
export type FieldError = { path: string; message: string };

export type ErrorDetails = {
  detail?: string;
  errors?: FieldError[];
  retry_after_seconds?: number;
  cause?: unknown;
};

/** An error the caller is meant to see: a code from the closed list, and never a secret in its detail. */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly title: string;
  readonly details: ErrorDetails;

  constructor(kind: ErrorKind, code: string, title: string, details: ErrorDetails = {}) {
    super(`${code}: ${details.detail ?? title}`, { cause: details.cause });
    this.name = "AppError";
    this.kind = kind;
    this.code = code;
    this.title = title;
    this.details = details;
  }
}

export type ErrorList = Record<string, { kind: ErrorKind; title: string }>;

/** The makers of a list's errors, one a code. */
export type ErrorMakers<List extends ErrorList> = {
  [Code in keyof List]: (details?: ErrorDetails) => AppError;
};

/**
 * Declares the error codes of a feature. Takes code → kind and title; gives one maker a code.
 * `app.ts` joins every list into the closed list that the API document names.
 */
export function defineErrors<const List extends ErrorList>(list: List): ErrorMakers<List> {
  const makers: Record<string, (details?: ErrorDetails) => AppError> = {};
  for (const [code, { kind, title }] of Object.entries(list)) {
    makers[code] = (details) => new AppError(kind, code, title, details);
  }
  return makers as ErrorMakers<List>;
}

/** The codes every route can answer with. */
export const errors = defineErrors({
  malformed_json: { kind: "malformed", title: "The body is not valid JSON" },
  malformed_cursor: { kind: "malformed", title: "The cursor is not one that this list gave" },
  access_token_missing: { kind: "unauthenticated", title: "An access token is needed" },
  access_token_invalid: { kind: "unauthenticated", title: "The access token is not valid" },
  session_ended: { kind: "unauthenticated", title: "The session has ended" },
  not_allowed: { kind: "forbidden", title: "This is not allowed" },
  origin_not_allowed: { kind: "forbidden", title: "This origin is not on the allow-list" },
  account_disabled: { kind: "forbidden", title: "The account is disabled" },
  not_found: { kind: "not_found", title: "Nothing is there, or it is not yours" },
  method_not_allowed: { kind: "method_not_allowed", title: "This method is not allowed here" },
  body_incomplete: { kind: "malformed", title: "The body did not arrive whole, or not in time" },
  body_too_large: { kind: "too_large", title: "The body is too large" },
  body_not_json: { kind: "not_json", title: "The body must be application/json" },
  upgrade_needed: { kind: "malformed", title: "A WebSocket upgrade is expected here" },
  invalid_fields: { kind: "invalid", title: "Some fields are not valid" },
  idempotency_mismatch: {
    kind: "invalid",
    title: "The Idempotency-Key came with another request before",
  },
  in_progress: { kind: "conflict", title: "A request with this Idempotency-Key is still running" },
  rate_limited: { kind: "too_many", title: "Too many requests" },
  database_unavailable: { kind: "unavailable", title: "The database is away" },
  object_unavailable: { kind: "unavailable", title: "A part of the service is busy" },
  storage_unavailable: { kind: "unavailable", title: "The file storage is away" },
  busy: { kind: "unavailable", title: "Too much is going on at once" },
  not_configured: { kind: "unavailable", title: "The service is not fully configured" },
  internal: { kind: "internal", title: "Something went wrong on our side" },
});

/** Makes the error of one invalid field, by its path in the input. */
export function invalidField(path: string, message: string): AppError {
  return errors.invalid_fields({ errors: [{ path, message }] });
}
