DROP INDEX `audit_logs_user` ON `audit_logs`;--> statement-breakpoint
DROP INDEX `audit_logs_actor` ON `audit_logs`;--> statement-breakpoint
DROP INDEX `audit_logs_ip` ON `audit_logs`;--> statement-breakpoint
CREATE INDEX `user_search_tail` ON `user_search` (`head`,`tail`,`user_id`);--> statement-breakpoint
CREATE INDEX `audit_logs_user` ON `audit_logs` (`user_id`,`id`,`level`,`action`,`actor_id`);--> statement-breakpoint
CREATE INDEX `audit_logs_actor` ON `audit_logs` (`actor_id`,`id`,`level`,`action`,`user_id`);--> statement-breakpoint
CREATE INDEX `audit_logs_ip` ON `audit_logs` (`ip`,`id`,`level`,`action`,`user_id`,`actor_id`);