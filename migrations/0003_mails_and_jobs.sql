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
CREATE TABLE `mail_addresses` (
	`address` varchar(254) character set ascii collate ascii_bin NOT NULL,
	`stream` varchar(40) character set ascii collate ascii_bin NOT NULL,
	`state` enum('hard_bounce','complaint','unsubscribed','refused','active') NOT NULL,
	`since` datetime(3) NOT NULL,
	CONSTRAINT `mail_addresses_address_stream_pk` PRIMARY KEY(`address`,`stream`)
);
--> statement-breakpoint
ALTER TABLE `emails` MODIFY COLUMN `status` enum('waiting','sent','failed','refused','dropped') NOT NULL;--> statement-breakpoint
ALTER TABLE `emails` ADD `good_until` datetime(3);--> statement-breakpoint
ALTER TABLE `emails` ADD `delivered_at` datetime(3);--> statement-breakpoint
ALTER TABLE `users` ADD `reminder_due_at` datetime(3);--> statement-breakpoint
CREATE INDEX `job_runs_open` ON `job_runs` (`ended_at`,`window_start`);--> statement-breakpoint
CREATE INDEX `mail_addresses_state` ON `mail_addresses` (`state`,`since`);--> statement-breakpoint
CREATE INDEX `users_reminder` ON `users` (`reminder_enabled`,`reminder_due_at`,`id`);--> statement-breakpoint
CREATE INDEX `users_unverified` ON `users` (`email_verified_at`,`created_at`,`id`);