/** What kinds of app there are. A category stands in counters, rules and challenges: none is ever renamed. */
export const CATEGORIES = [
  "social",
  "video",
  "messaging",
  "games",
  "browsing",
  "news",
  "shopping",
  "music",
  "productivity",
  "education",
  "health",
  "utilities",
  "other",
] as const;
export type Category = (typeof CATEGORIES)[number];
