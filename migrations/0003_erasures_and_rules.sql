CREATE TABLE `block_rules` (
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`name` varchar(100) NOT NULL,
	`apps` json NOT NULL,
	`categories` json NOT NULL,
	`daily_limit_seconds` int,
	`weekday_limits` json NOT NULL,
	`schedule` json NOT NULL,
	`alert_percents` json NOT NULL,
	`strict` boolean NOT NULL,
	`is_active` boolean NOT NULL,
	`pending_rule` json,
	`pending_date` date,
	`pending_not_before` datetime(3),
	`created_at` datetime(3) NOT NULL,
	`updated_at` datetime(3) NOT NULL,
	CONSTRAINT `block_rules_user_id_id_pk` PRIMARY KEY(`user_id`,`id`)
);
--> statement-breakpoint
CREATE TABLE `erasures` (
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`pseudonym` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`started_at` datetime(3) NOT NULL,
	`avatar_key` varchar(100) character set ascii collate ascii_bin,
	CONSTRAINT `erasures_user_id` PRIMARY KEY(`user_id`)
);
--> statement-breakpoint
CREATE INDEX `block_rules_pending` ON `block_rules` (`pending_not_before`);--> statement-breakpoint
CREATE INDEX `email_tokens_address` ON `email_tokens` (`email`);