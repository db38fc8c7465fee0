import type { Instant } from "../platform/time/instant.ts";
import type { Family, Sample } from "./exposition.ts";

/** What is asked of MySQL while Prometheus waits; null where it did not answer. */
export type Watched = {
  outbox: { mails: number; oldest_at: Instant | null };
  /** The latest run of each job. */
  runs: readonly { job: string; started_at: Instant }[];
  ends: readonly { job: string; ended_at: Instant }[];
} | null;

/** The gauges of what MySQL holds, at the instant `now`: none where it did not answer. */
export function watchedFamilies(watched: Watched, now: Instant): Family[] {
  if (watched === null) return [];
  const { outbox, runs, ends } = watched;
  const age_ms = outbox.oldest_at === null ? 0 : Math.max(0, now - outbox.oldest_at);
  return [
    gauge("focus_outbox_mails", "Mails that wait to be sent.", [one(outbox.mails)]),
    gauge("focus_outbox_oldest_age_seconds", "For how long the oldest waiting mail has waited.", [
      one(age_ms / 1_000),
    ]),
    gauge(
      "focus_job_last_start_timestamp_seconds",
      "When the latest run of a job began.",
      runs.map(({ job, started_at }) => ofJob(job, started_at / 1_000)),
    ),
    gauge(
      "focus_job_last_end_timestamp_seconds",
      "When a job last ended a run; missing where that is more than 3 days ago.",
      ends.map(({ job, ended_at }) => ofJob(job, ended_at / 1_000)),
    ),
  ];
}

/** What Prometheus is told of the scrape itself: which parts answered, and which code did. */
export function scrapeFamilies(
  up: { mysql: boolean; object: boolean },
  { version, deploy_id }: { version: string; deploy_id: string },
): Family[] {
  return [
    gauge(
      "focus_scrape_up",
      "Whether a part answered when it was asked for its metrics.",
      Object.entries(up).map(([part, is_up]) => ({
        labels: `part="${part}"`,
        value: is_up ? 1 : 0,
      })),
    ),
    gauge("focus_build_info", "The code that answers; always 1.", [
      { labels: `version="${version}",deploy_id="${deploy_id}"`, value: 1 },
    ]),
  ];
}

function gauge(name: string, help: string, samples: Sample[]): Family {
  return { name, help, kind: "gauge", samples };
}

function one(value: number): Sample {
  return { labels: "", value };
}

/** A job's name is our own: letters and underscores. */
function ofJob(job: string, value: number): Sample {
  return { labels: `job="${job}"`, value };
}
