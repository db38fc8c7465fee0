import {
  browsing,
  education,
  health,
  music,
  news,
  productivity,
  shopping,
  utilities,
} from "./everyday.ts";
import { games } from "./games.ts";
import { messaging } from "./messaging.ts";
import { social } from "./social.ts";
import { type CatalogueApp, readTable } from "./table.ts";
import { video } from "./video.ts";

/**
 * Every well-known app. To add one, add a row to the table of its category; leave out an id that
 * you are not sure of, for a wrong one counts the time of a stranger.
 */
export const CATALOGUE: readonly CatalogueApp[] = [
  ...readTable("social", social),
  ...readTable("video", video),
  ...readTable("messaging", messaging),
  ...readTable("games", games),
  ...readTable("browsing", browsing),
  ...readTable("news", news),
  ...readTable("shopping", shopping),
  ...readTable("music", music),
  ...readTable("productivity", productivity),
  ...readTable("education", education),
  ...readTable("health", health),
  ...readTable("utilities", utilities),
];
