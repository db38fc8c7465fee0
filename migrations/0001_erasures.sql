CREATE TABLE `erasures` (
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`pseudonym` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`started_at` datetime(3) NOT NULL,
	`avatar_key` varchar(100) character set ascii collate ascii_bin,
	CONSTRAINT `erasures_user_id` PRIMARY KEY(`user_id`)
);
--> statement-breakpoint
CREATE INDEX `email_tokens_address` ON `email_tokens` (`email`);