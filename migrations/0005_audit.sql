CREATE TABLE `audit_logs` (
	`id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`level` enum('info','warning','error') NOT NULL,
	`action` varchar(40) character set ascii collate ascii_bin NOT NULL,
	`user_id` varchar(36) character set ascii collate ascii_bin,
	`actor_id` varchar(36) character set ascii collate ascii_bin,
	`ip` varchar(45) character set ascii collate ascii_bin,
	`user_agent` varchar(512),
	`request_id` varchar(64) character set ascii collate ascii_bin,
	`context` json NOT NULL,
	`personal` json,
	`created_at` datetime(3) NOT NULL,
	CONSTRAINT `audit_logs_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `audit_part_people` (
	`user_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`part_name` varchar(120) character set ascii collate ascii_bin NOT NULL,
	CONSTRAINT `audit_part_people_user_id_part_name_pk` PRIMARY KEY(`user_id`,`part_name`)
);
--> statement-breakpoint
CREATE TABLE `audit_parts` (
	`name` varchar(120) character set ascii collate ascii_bin NOT NULL,
	`first_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`last_id` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`entries` int NOT NULL,
	`created_at` datetime(3) NOT NULL,
	CONSTRAINT `audit_parts_name` PRIMARY KEY(`name`)
);
--> statement-breakpoint
CREATE INDEX `audit_logs_level` ON `audit_logs` (`level`,`id`);--> statement-breakpoint
CREATE INDEX `audit_logs_action` ON `audit_logs` (`action`,`id`);--> statement-breakpoint
CREATE INDEX `audit_logs_user` ON `audit_logs` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_logs_actor` ON `audit_logs` (`actor_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_logs_ip` ON `audit_logs` (`ip`,`id`);--> statement-breakpoint
CREATE INDEX `audit_logs_request` ON `audit_logs` (`request_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_parts_first` ON `audit_parts` (`first_id`);