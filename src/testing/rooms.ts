/** The rooms tests run in: two runtimes of the edge with a database each, and Node for tools and mails. */
export const ROOMS = ["phones", "operators", "node"] as const;

/** What the runtime of the phones tests: about half of the time. All other features are the operators'. */
export const PHONES = ["src/{auth,blocking,challenges,platform,usage}/**"];
