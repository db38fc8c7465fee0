// The entries quote the code: templates among it.
/* oxlint-disable no-template-curly-in-string */
/** One defence of the product: where it stands, how it is taken out, and the tests that must notice. */
export type Defence = {
  name: string;
  file: string;
  /** Stands exactly once in the file. */
  find: string;
  replace: string;
  /** Test files of which at least one must fail without it. */
  tests: string[];
};

/** What holds under attack and fault, one entry a defence (SECURITY.md). */
export const DEFENCES: readonly Defence[] = [
  {
    name: "the same interval counts once",
    file: "src/usage/intervals.part.ts",
    find: "ON CONFLICT DO NOTHING`",
    replace: "ON CONFLICT DO UPDATE SET version = excluded.version`",
    tests: ["src/usage/ledger.test.ts", "src/usage/usage.test.ts"],
  },
  {
    name: "the same minute on two devices counts once",
    file: "src/usage/day-book.ts",
    find: "    this.#union.add(started_s, ended_s);\n",
    replace:
      "    this.#union.add(started_s + this.#union.seconds * 7, ended_s + this.#union.seconds * 7);\n",
    tests: ["src/usage/day-book.test.ts"],
  },
  {
    name: "no day holds more than its seconds",
    file: "src/usage/day-book.ts",
    find: "return Math.min(seconds, this.#day_seconds);",
    replace: "return seconds;",
    tests: ["src/usage/day-book.test.ts"],
  },
  {
    name: "a deleted activity leaves a tombstone that limits and boards go on counting",
    file: "src/usage/intervals.part.ts",
    find: "AND (? OR deleted_at IS NULL)`,",
    replace: "AND (? >= 0 AND deleted_at IS NULL)`,",
    tests: ["src/usage/tombstone.test.ts"],
  },
  {
    name: "one rotation of a refresh token wins: compare-and-set on its counter",
    file: "src/auth/auth.store.ts",
    find: "and(eq(sessions.id, session_id), eq(sessions.counter, counter), isNull(sessions.ended_at))",
    replace: "and(eq(sessions.id, session_id), isNull(sessions.ended_at))",
    tests: ["src/auth/rotation.test.ts"],
  },
  {
    name: "a refresh token that was spent long ago ends its session",
    file: "src/auth/sessions.service.ts",
    find: "now - session.rotated_at <= GRACE_MS",
    replace: "now - session.rotated_at <= GRACE_MS * 1_000",
    tests: ["src/auth/refresh.model.test.ts", "src/auth/auth.test.ts"],
  },
  {
    name: "a user's requests are counted exactly",
    file: "src/user-object/rate-window.ts",
    find: "this.passed.length < RATE_LIMIT",
    replace: "this.passed.length < RATE_LIMIT * 2",
    tests: ["src/user-object/rate-window.test.ts"],
  },
  {
    name: "guesses at a password reach the hash a hundred times a day at most",
    file: "src/auth/guess-window.ts",
    find: "guesses.length >= GUESSES_PER_DAY",
    replace: "guesses.length >= GUESSES_PER_DAY * 100",
    tests: ["src/auth/guess-window.test.ts", "src/auth/guessing-day.test.ts"],
  },
  {
    name: "ten wrong invite codes an hour",
    file: "src/user-object/code-tries.ts",
    find: "tries.length >= WRONG_CODES_PER_HOUR",
    replace: "tries.length >= WRONG_CODES_PER_HOUR * 10",
    tests: ["src/user-object/code-tries.test.ts", "src/challenges/invite-codes.test.ts"],
  },
  {
    name: "an administrator's role is read anew at every call",
    file: "src/auth/admin-only.service.ts",
    find: 'if (user?.role === "admin" && user.is_active && !isErased(user)) return;',
    replace: "if (user) return;",
    tests: ["src/principals.test.ts"],
  },
  {
    name: "there is always an administrator",
    file: "src/users/last-admin.service.ts",
    find: "if (user && isAdmin(user) && !held.some(",
    replace: "if (user && !isAdmin(user) && !held.some(",
    tests: ["src/user-object/erasure.test.ts"],
  },
  {
    name: "a body over 256 KiB is refused before it is read",
    file: "src/platform/http/edge.ts",
    find: "const JSON_BODY_BYTES = 256 * 1024;",
    replace: "const JSON_BODY_BYTES = 256 * 1024 * 1024;",
    tests: ["src/app.test.ts"],
  },
  {
    name: "only origins of the allow-list may read answers",
    file: "src/platform/http/edge.ts",
    find: "origin: (origin) => (allowed.includes(origin) ? origin : null),",
    replace: "origin: (origin) => (allowed.length > 0 ? origin : null),",
    tests: ["src/app.test.ts"],
  },
  {
    name: "what a person typed is escaped in mails",
    file: "emails/html.ts",
    find: 'return text.replace(/[&<>"\']/g, (character) => entities[character] ?? "");',
    replace: 'return text.replace(/[&]/g, (character) => entities[character] ?? "");',
    tests: ["emails/html.test.ts", "emails/index.test.ts"],
  },
  {
    name: "a ticket opens one socket",
    file: "src/user-object/tickets.part.ts",
    find: "if (used.length > 0) return false;",
    replace: "if (used.length > 1) return false;",
    tests: ["src/auth/auth.test.ts", "src/user-object/live.test.ts", "src/challenges/live.test.ts"],
  },
  {
    name: "every trip to MySQL has a time-out",
    file: "src/platform/db/guarded-fetch.ts",
    find: "AbortSignal.timeout(Math.max(least, Math.min(TRIP_TIMEOUT_MS, left)))",
    replace: "AbortSignal.timeout(Math.max(60_000, least + left))",
    tests: ["src/platform/db/faults.test.ts"],
  },
  {
    name: "a failing ROLLBACK does not hide the cause",
    file: "src/platform/db/guarded-client.ts",
    find: 'await rollBack().catch(() => afterwards("rollback_failed", insist(rollBack)));',
    replace: "await rollBack();",
    tests: ["src/platform/db/guarded-client.test.ts"],
  },
  {
    name: "a 5xx says nothing of its cause",
    file: "src/platform/http/problem.ts",
    find: "detail: status >= 500 ? fixedDetail(status) : (detail ?? `${error.title}.`),",
    replace:
      "detail: String((error.cause as Error | undefined)?.cause ?? detail ?? fixedDetail(status)),",
    tests: ["src/platform/db/faults.test.ts", "src/app.test.ts", "src/not-configured.test.ts"],
  },
  {
    name: "access tokens are HS256, of our type, issuer and audience",
    file: "src/auth/access-token.ts",
    find: "      typ: TYPE,\n      issuer: config.PUBLIC_URL,\n      audience: AUDIENCE,\n",
    replace: "",
    tests: ["src/auth/forgeries.test.ts"],
  },
  {
    name: "a sealed token is good for its own purpose alone",
    file: "src/platform/seal.ts",
    find: "deriveKey(secret, `seal/${purpose}`)",
    replace: "deriveKey(secret, `seal/${purpose.length > 0}`)",
    tests: ["src/platform/seal.test.ts", "src/auth/mail-tokens.test.ts"],
  },
  {
    name: "a mailed token works once",
    file: "src/auth/auth.store.ts",
    find: "        eq(emailTokens.id, token_id),\n        isNull(emailTokens.used_at),\n",
    replace: "        eq(emailTokens.id, token_id),\n",
    tests: ["src/auth/mail-tokens.test.ts", "src/auth/registration.test.ts"],
  },
  {
    name: "a session opens only while the checked password stands",
    file: "src/auth/auth.store.ts",
    find: "            eq(users.password_hash, password_hash),\n",
    replace: "",
    tests: ["src/auth/login-race.test.ts", "src/auth/account.test.ts"],
  },
  {
    name: "a mail is queued once for each cause",
    file: "src/reminders/reminders.service.ts",
    find: "dedupe_key: `daily-reminder/${reader.id}/${today}`,",
    replace: "dedupe_key: `daily-reminder/${reader.id}/${Math.random()}`,",
    tests: ["src/reminders/reminders.test.ts"],
  },
  {
    name: "a mail has one sender at a time",
    file: "src/mail/mail.store.ts",
    find: '        eq(emails.status, "waiting"),\n        lte(emails.next_attempt_at, now),\n      ),\n    );\n  return await ctx.db.select().from(emails).where(eq(emails.lease_id',
    replace:
      '        eq(emails.status, "waiting"),\n      ),\n    );\n  return await ctx.db.select().from(emails).where(eq(emails.lease_id',
    tests: ["src/mail/mail.test.ts", "src/blocking/alert-mail-faults.test.ts"],
  },
  {
    name: "webhooks need their secret",
    file: "src/mail/webhook.service.ts",
    find: "if (given === null || !isSameSecret(given, secret)) {",
    replace: 'if (given === null && secret === "") {',
    tests: ["src/mail/webhook.test.ts", "src/route-table.test.ts"],
  },
  {
    name: "a job's run has one worker at a time",
    file: "src/jobs/jobs.store.ts",
    find: "isNull(jobRuns.ended_at), or(lte(jobRuns.lease_until, now), isLeft))",
    replace: "isNull(jobRuns.ended_at), or(isNull(jobRuns.ended_at), isLeft))",
    tests: ["src/jobs/runs.test.ts"],
  },
  {
    name: "a challenge's capacity holds",
    file: "src/challenges/participation.service.ts",
    find: "if (challenge.participant_count >= capacity) throw",
    replace: "if (challenge.participant_count > capacity) throw",
    tests: ["src/challenges/participation.test.ts"],
  },
  {
    name: "a private challenge is not there for strangers",
    file: "src/challenges/participation.service.ts",
    find: "return invite_code !== null && invite_code === challenge.invite_code;",
    replace: "return invite_code === null || invite_code === challenge.invite_code;",
    tests: ["src/principals.test.ts", "src/challenges/participation.test.ts"],
  },
  {
    name: "each alert comes once a rule and day",
    file: "src/blocking/alerts.ts",
    find: "!given.has(percent) && ",
    replace: "",
    tests: ["src/blocking/alerts.test.ts", "src/blocking/alerts-live.test.ts"],
  },
  {
    name: "a sender of frames without end is closed",
    file: "src/platform/objects/sockets.ts",
    find: "if (counted.frames > MAX_FRAMES || size > MAX_FRAME_BYTES) {",
    replace: "if (size > MAX_FRAME_BYTES) {",
    tests: ["src/user-object/live.test.ts", "src/challenges/live.test.ts"],
  },
  {
    name: "five sockets a user",
    file: "src/platform/objects/sockets.ts",
    find: "if (this.of(opener.user_id).length >= MAX_SOCKETS_PER_USER) return null;",
    replace: "if (this.of(opener.user_id).length >= MAX_SOCKETS_PER_USER * 9) return null;",
    tests: ["src/user-object/live.test.ts", "src/challenges/live.test.ts"],
  },
  {
    name: "an act of somebody who was erased meanwhile does not bring them back",
    file: "src/audit/recording.service.ts",
    find: "rows.map((row) => scrub(row, gone)),",
    replace: "rows.map((row) => (gone.size < 0 ? scrub(row, gone) : row)),",
    tests: ["src/audit/recording.test.ts"],
  },
  {
    name: "a day without a report counts as the challenge says: silence never wins",
    file: "src/challenges/scoring.ts",
    find: "return secondsIn(over) + running_seconds + days_missing * rules.missing_day_seconds;",
    replace: "return secondsIn(over) + running_seconds;",
    tests: ["src/challenges/scoring.test.ts", "src/challenges/cheats.test.ts"],
  },
  {
    name: "the terms of a challenge are frozen once it has begun",
    file: "src/challenges/changing.service.ts",
    find: "if (hasBegun(challenge, played, now)) throw",
    replace: "if (hasBegun(challenge, played, now - 999 * 86_400_000)) throw",
    tests: ["src/challenges/changing.test.ts"],
  },
  {
    name: "a loosening of a strict rule waits for the next day",
    file: "src/blocking/pending.ts",
    find: "rule.strict && isLooser(rule, after, world)",
    replace: "rule.strict && after === null",
    tests: ["src/blocking/pending.test.ts", "src/blocking/blocking.test.ts"],
  },
  {
    name: "an Idempotency-Key belongs to one request",
    file: "src/user-object/once.ts",
    find: 'if (known.fingerprint !== claim.fingerprint) return "mismatch";',
    replace: "",
    tests: ["src/user-object/once.test.ts", "src/platform/http/once.test.ts"],
  },
  {
    name: "a deleted account's picture goes at once",
    file: "src/users/deletion.service.ts",
    find: "await dropAvatar(tx, user)",
    replace: "await dropAvatar(tx, { avatar_key: null })",
    tests: ["src/user-object/erasure-faults.test.ts"],
  },
  {
    name: "an object's job that was taken back is not done",
    file: "src/platform/objects/due-jobs.ts",
    find: "if (this.storage.sql.exec(lease, now + LEASE_MS, kind, key, now).rowsWritten === 0)\n      return false;",
    replace: "this.storage.sql.exec(lease, now + LEASE_MS, kind, key, now);",
    tests: ["src/platform/objects/due-jobs.test.ts"],
  },
  {
    name: "what is not safe to repeat is asked of MySQL once",
    file: "src/platform/db/guarded-fetch.ts",
    find: "body.endsWith('\"session\":null}') &&",
    replace: "",
    tests: ["src/platform/db/guarded-fetch.test.ts"],
  },
];

/** A defence whose text does not stand exactly once in its file: its entry is out of date. */
export function isStale(defence: Defence, text: string): boolean {
  return text.split(defence.find).length !== 2;
}
