import { api, type TestUser } from "./api.ts";

/** An account as an administrator sees it. */
export type Account = { id: string; display_name: string; role: string; is_active: boolean };
export type Problem = { code: string; errors?: { path: string }[] };

/** Changes fields of somebody's account. */
export const change = async (by: TestUser, id: string, body: object) =>
  await api(by).put<Account & Problem>(`/admin/users/${id}`, body);

/** Switches somebody's account off or on. */
export const turn = async (by: TestUser, id: string, how: "deactivate" | "activate") =>
  await api(by).patch<Account & Problem>(`/admin/users/${id}/${how}`);

/** Deletes somebody's account. */
export const remove = async (by: TestUser, id: string) =>
  await api(by).delete<Problem>(`/admin/users/${id}`);

/** How an act was refused: its status, and the code of the problem. */
export const codeOf = ({ status, body }: { status: number; body: Problem }) => [status, body.code];
