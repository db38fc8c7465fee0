CREATE TABLE `growth_days` (
	`date` date NOT NULL,
	`registered` int NOT NULL,
	`confirmed` int NOT NULL,
	`deleted` int NOT NULL,
	`total` int NOT NULL,
	CONSTRAINT `growth_days_date` PRIMARY KEY(`date`)
);
--> statement-breakpoint
CREATE TABLE `usage_days` (
	`date` date NOT NULL,
	`pass` datetime(3) NOT NULL,
	CONSTRAINT `usage_days_date` PRIMARY KEY(`date`)
);
--> statement-breakpoint
CREATE TABLE `usage_passes` (
	`pass` datetime(3) NOT NULL,
	`first_date` date NOT NULL,
	`last_date` date NOT NULL,
	`after_user` varchar(36) character set ascii collate ascii_bin NOT NULL,
	`ended_at` datetime(3),
	CONSTRAINT `usage_passes_pass` PRIMARY KEY(`pass`)
);
--> statement-breakpoint
CREATE TABLE `usage_sums` (
	`date` date NOT NULL,
	`pass` datetime(3) NOT NULL,
	`scope` enum('total','app') NOT NULL,
	`name` varchar(128) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`label` varchar(100),
	`category` varchar(16) character set ascii collate ascii_bin,
	`seconds` bigint NOT NULL,
	`people` int NOT NULL,
	CONSTRAINT `usage_sums_date_pass_scope_name_pk` PRIMARY KEY(`date`,`pass`,`scope`,`name`)
);
--> statement-breakpoint
CREATE INDEX `usage_sums_pass` ON `usage_sums` (`pass`);