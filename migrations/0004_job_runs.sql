CREATE TABLE `job_runs` (
	`job` varchar(40) character set ascii collate ascii_bin NOT NULL,
	`window_start` datetime(3) NOT NULL,
	`started_at` datetime(3) NOT NULL,
	`ended_at` datetime(3),
	`lease_id` varchar(36) character set ascii collate ascii_bin,
	`lease_until` datetime(3) NOT NULL,
	`next_after` varchar(190),
	`pages` int NOT NULL,
	`failures` int NOT NULL,
	`counts` json NOT NULL,
	`error` varchar(200),
	CONSTRAINT `job_runs_job_window_start_pk` PRIMARY KEY(`job`,`window_start`)
);
--> statement-breakpoint
CREATE INDEX `job_runs_open` ON `job_runs` (`ended_at`,`window_start`);