import type { Scenario } from "../scenario.ts";
import { accounts } from "./accounts.ts";
import { audit } from "./audit.ts";
import { challengesOver } from "./challenges.ts";
import { erasures } from "./erasures.ts";
import { files } from "./files.ts";
import { mails } from "./mails.ts";
import { reminders } from "./reminders.ts";
import { runs } from "./runs.ts";
import { search } from "./search.ts";
import { statistics } from "./statistics.ts";

/** What each job of the cron has to do, at least one scenario a job. */
export const scenarios: readonly Scenario[] = [
  // The earliest years come first: what goes on of these later has nothing to do in those after them.
  ...audit,
  ...statistics,
  ...reminders,
  ...challengesOver,
  ...mails,
  ...files,
  ...erasures,
  ...accounts,
  ...search,
  ...runs,
];
