/** The platform's parts that clients and stores of the features reach; services never see them. */
export type Bindings = Pick<
  Env,
  | "USER"
  | "BOARD"
  | "RELAY"
  | "LOGIN_GUARD"
  | "MAIL_QUEUE"
  | "JOBS_QUEUE"
  | "AUDIT_QUEUE"
  | "FILES"
  | "AUTH_LIMIT"
>;
