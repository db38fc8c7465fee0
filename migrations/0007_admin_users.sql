CREATE TABLE `user_search` (
	`head` varchar(2) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`tail` varchar(62) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	CONSTRAINT `user_search_head_user_id_tail_pk` PRIMARY KEY(`head`,`user_id`,`tail`)
);
--> statement-breakpoint
ALTER TABLE `challenges` ADD `called_off_by` enum('owner','admin');--> statement-breakpoint
ALTER TABLE `users` ADD `search_version` smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `user_search_user` ON `user_search` (`user_id`);--> statement-breakpoint
CREATE INDEX `challenges_all` ON `challenges` (`created_at`,`id`,`status`,`visibility`,`name`);--> statement-breakpoint
CREATE INDEX `users_name` ON `users` (`display_name`,`id`);--> statement-breakpoint
CREATE INDEX `users_role` ON `users` (`role`,`id`);--> statement-breakpoint
CREATE INDEX `users_active` ON `users` (`is_active`,`id`);--> statement-breakpoint
CREATE INDEX `users_unkeyed` ON `users` (`search_version`,`id`);