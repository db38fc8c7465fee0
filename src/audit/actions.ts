/** How grave an act is for whoever watches over the system. */
export const LEVELS = ["info", "warning", "error"] as const;
export type Level = (typeof LEVELS)[number];

/** Everything that is audited, with its level. The list is closed: the API's filters and searches go by it. */
export const ACTIONS = {
  "auth.registered": "info",
  "auth.email_verified": "info",
  "auth.logged_in": "info",
  "auth.login_failed": "warning",
  "auth.login_refused": "warning",
  "auth.logged_out": "info",
  "auth.token_reused": "error",
  "auth.session_ended": "info",
  "auth.sessions_ended": "info",
  "auth.password_check_failed": "warning",
  "auth.password_changed": "info",
  "auth.password_reset_asked": "info",
  "auth.password_reset": "info",
  "auth.mail_token_refused": "warning",
  "auth.address_change_asked": "info",
  "auth.address_changed": "info",
  "users.changed": "info",
  "users.avatar_changed": "info",
  "users.deleted": "warning",
  "users.erased": "info",
  "usage.activity_deleted": "info",
  "blocking.rule_created": "info",
  "blocking.rule_changed": "info",
  "blocking.rule_deleted": "info",
  "blocking.rule_reset": "info",
  "blocking.reset_refused": "info",
  "challenges.created": "info",
  "challenges.changed": "info",
  "challenges.joined": "info",
  "challenges.left": "info",
  "challenges.completed": "info",
  "challenges.cancelled": "warning",
  "challenges.code_renewed": "info",
  "challenges.code_refused": "warning",
  "mail.unsubscribed": "info",
  "mail.address_marked": "warning",
  "mail.webhook_refused": "warning",
  "admin.read": "info",
  "admin.failed": "warning",
  "admin.refused": "warning",
  "admin.user_changed": "warning",
  "admin.user_deactivated": "warning",
  "admin.user_activated": "warning",
  "admin.user_deleted": "warning",
  "admin.challenge_deleted": "warning",
  "admin.role_granted": "warning",
  "audit.archived": "info",
  "audit.cleaned_up": "warning",
} as const satisfies Record<string, Level>;

export type Action = keyof typeof ACTIONS;

/** Says whether a text is the name of an audited act. */
export function isAction(text: string): text is Action {
  return Object.hasOwn(ACTIONS, text);
}
