CREATE TABLE `audit_counts` (
	`hour` datetime(3) NOT NULL,
	`level` enum('info','warning','error') NOT NULL,
	`action` varchar(40) character set ascii collate ascii_bin NOT NULL,
	`entries` int NOT NULL,
	CONSTRAINT `audit_counts_hour_level_action_pk` PRIMARY KEY(`hour`,`level`,`action`)
);
