import type { Scenario } from "../scenario.ts";
import { accounts } from "./accounts.ts";
import { challengesOver } from "./challenges.ts";
import { erasures } from "./erasures.ts";
import { files } from "./files.ts";
import { mails } from "./mails.ts";
import { reminders } from "./reminders.ts";
import { runs } from "./runs.ts";

/** What each job of the cron has to do. */
export const scenarios: readonly Scenario[] = [
  ...reminders,
  ...challengesOver,
  ...mails,
  ...files,
  ...erasures,
  ...accounts,
  ...runs,
];
