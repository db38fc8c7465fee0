import { call, type TestUser } from "./api.ts";

/** Sends a POST as a user under an `Idempotency-Key`. */
export const postUnder = async <T>(user: TestUser, path: string, body: unknown, key: string) =>
  await call<T>("POST", path, body, {
    authorization: `Bearer ${user.access_token}`,
    "idempotency-key": key,
  });
