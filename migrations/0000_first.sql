CREATE TABLE `email_tokens` (
	`id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`purpose` enum('verify','reset','change') NOT NULL,
	`email` varchar(254) character set ascii collate ascii_bin NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`used_at` datetime(3),
	`replaced_at` datetime(3),
	CONSTRAINT `email_tokens_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`counter` int NOT NULL,
	`rotated_at` datetime(3) NOT NULL,
	`device_name` varchar(100),
	`ip` varchar(45) character set ascii collate ascii_bin,
	`user_agent` varchar(512),
	`created_at` datetime(3) NOT NULL,
	`last_seen_at` datetime(3) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`ended_at` datetime(3),
	`end_reason` varchar(32) character set ascii collate ascii_bin,
	CONSTRAINT `sessions_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `challenges` (
	`id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`owner_id` varchar(36) character set ascii collate ascii_bin,
	`name` varchar(100) NOT NULL,
	`description` text NOT NULL,
	`visibility` enum('public','private') NOT NULL,
	`invite_code` varchar(8) character set ascii collate ascii_bin,
	`apps` json NOT NULL,
	`categories` json NOT NULL,
	`metric` enum('least_time','most_reduction','days_under_goal') NOT NULL,
	`goal_seconds` int,
	`start_date` date NOT NULL,
	`end_date` date NOT NULL,
	`missing_day_seconds` int NOT NULL,
	`grace_hours` smallint NOT NULL,
	`max_participants` int,
	`participant_count` int NOT NULL,
	`status` enum('scheduled','running','settling','final','cancelled') NOT NULL,
	`starts_at` datetime(3) NOT NULL,
	`ends_at` datetime(3) NOT NULL,
	`next_turn_at` datetime(3),
	`version` int NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`updated_at` datetime(3) NOT NULL,
	CONSTRAINT `challenges_id` PRIMARY KEY(`id`),
	CONSTRAINT `challenges_invite_code` UNIQUE(`invite_code`)
);
--> statement-breakpoint
CREATE TABLE `challenge_participants` (
	`challenge_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`timezone` varchar(64) character set ascii collate ascii_bin NOT NULL,
	`day_start_minute` smallint NOT NULL,
	`joined_at` datetime(3) NOT NULL,
	`left_at` datetime(3),
	CONSTRAINT `challenge_participants_challenge_id_user_id_pk` PRIMARY KEY(`challenge_id`,`user_id`)
);
--> statement-breakpoint
CREATE TABLE `challenge_results` (
	`challenge_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`final_rank` int NOT NULL,
	`score` double NOT NULL,
	`days_reported` int NOT NULL,
	`days_total` int NOT NULL,
	`won` boolean NOT NULL,
	`created_at` datetime(3) NOT NULL,
	CONSTRAINT `challenge_results_challenge_id_user_id_pk` PRIMARY KEY(`challenge_id`,`user_id`)
);
--> statement-breakpoint
CREATE TABLE `emails` (
	`id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`dedupe_key` varchar(190) character set ascii collate ascii_bin NOT NULL,
	`user_id` varchar(36) character set ascii collate ascii_bin,
	`to_address` varchar(254) character set ascii collate ascii_bin NOT NULL,
	`kind` varchar(40) character set ascii collate ascii_bin NOT NULL,
	`locale` varchar(2) character set ascii collate ascii_bin NOT NULL,
	`data` json NOT NULL,
	`status` enum('waiting','sent','failed','refused') NOT NULL,
	`attempts` int NOT NULL,
	`next_attempt_at` datetime(3) NOT NULL,
	`lease_id` varchar(36) character set ascii collate ascii_bin,
	`message_id` varchar(64) character set ascii collate ascii_bin,
	`error_code` int,
	`created_at` datetime(3) NOT NULL,
	`sent_at` datetime(3),
	CONSTRAINT `emails_id` PRIMARY KEY(`id`),
	CONSTRAINT `emails_dedupe` UNIQUE(`dedupe_key`)
);
--> statement-breakpoint
CREATE TABLE `activities` (
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`kind` enum('interval','day_total','threshold') NOT NULL,
	`app` varchar(128) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`client_app` varchar(128) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`app_name` varchar(100),
	`category` varchar(16) character set ascii collate ascii_bin NOT NULL,
	`device_id` varchar(100) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`date` date NOT NULL,
	`started_at` datetime(3) NOT NULL,
	`ended_at` datetime(3) NOT NULL,
	`seconds` int NOT NULL,
	`received_at` datetime(3) NOT NULL,
	`deleted_at` datetime(3),
	`version` bigint NOT NULL,
	CONSTRAINT `activities_user_id_id_pk` PRIMARY KEY(`user_id`,`id`)
);
--> statement-breakpoint
CREATE TABLE `challenge_days` (
	`challenge_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`date` date NOT NULL,
	`seconds` int NOT NULL,
	`reported` boolean NOT NULL,
	`version` bigint NOT NULL,
	CONSTRAINT `challenge_days_challenge_id_user_id_date_pk` PRIMARY KEY(`challenge_id`,`user_id`,`date`)
);
--> statement-breakpoint
CREATE TABLE `daily_usage` (
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`date` date NOT NULL,
	`scope` enum('total','category','app','device') NOT NULL,
	`name` varchar(128) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`category` varchar(16) character set ascii collate ascii_bin,
	`seconds` int NOT NULL,
	`version` bigint NOT NULL,
	CONSTRAINT `daily_usage_user_id_date_scope_name_pk` PRIMARY KEY(`user_id`,`date`,`scope`,`name`)
);
--> statement-breakpoint
CREATE TABLE `user_day_rules` (
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`since` datetime(3) NOT NULL,
	`timezone` varchar(64) character set ascii collate ascii_bin NOT NULL,
	`day_start_minute` smallint NOT NULL,
	CONSTRAINT `user_day_rules_user_id_since_pk` PRIMARY KEY(`user_id`,`since`)
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`email` varchar(254) character set ascii collate ascii_bin NOT NULL,
	`password_hash` varchar(255) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`display_name` varchar(50) NOT NULL,
	`role` enum('user','admin') NOT NULL,
	`is_active` boolean NOT NULL,
	`email_verified_at` datetime(3),
	`avatar_key` varchar(100) character set ascii collate ascii_bin,
	`timezone` varchar(64) character set ascii collate ascii_bin NOT NULL,
	`day_start_minute` smallint NOT NULL,
	`week_start` tinyint NOT NULL,
	`locale` char(2) NOT NULL,
	`reminder_enabled` boolean NOT NULL,
	`reminder_time` char(5) NOT NULL,
	`limit_emails` boolean NOT NULL,
	`challenge_emails` boolean NOT NULL,
	`version` int NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`updated_at` datetime(3) NOT NULL,
	CONSTRAINT `users_id` PRIMARY KEY(`id`),
	CONSTRAINT `users_email` UNIQUE(`email`)
);
--> statement-breakpoint
CREATE INDEX `email_tokens_user` ON `email_tokens` (`user_id`,`purpose`,`created_at`);--> statement-breakpoint
CREATE INDEX `email_tokens_expiry` ON `email_tokens` (`expires_at`);--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`,`ended_at`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE INDEX `challenges_list` ON `challenges` (`visibility`,`status`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `challenges_recent` ON `challenges` (`visibility`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `challenges_turn` ON `challenges` (`next_turn_at`);--> statement-breakpoint
CREATE INDEX `challenges_owner` ON `challenges` (`owner_id`,`status`);--> statement-breakpoint
CREATE INDEX `participants_user` ON `challenge_participants` (`user_id`,`left_at`,`joined_at`);--> statement-breakpoint
CREATE INDEX `results_user` ON `challenge_results` (`user_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `emails_due` ON `emails` (`status`,`next_attempt_at`);--> statement-breakpoint
CREATE INDEX `emails_lease` ON `emails` (`lease_id`);--> statement-breakpoint
CREATE INDEX `emails_user` ON `emails` (`user_id`);--> statement-breakpoint
CREATE INDEX `emails_address` ON `emails` (`to_address`,`kind`,`created_at`);--> statement-breakpoint
CREATE INDEX `activities_history` ON `activities` (`user_id`,`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `challenge_days_user` ON `challenge_days` (`user_id`);--> statement-breakpoint
CREATE INDEX `daily_usage_date` ON `daily_usage` (`date`,`scope`,`name`);--> statement-breakpoint
CREATE INDEX `users_created` ON `users` (`created_at`,`id`);