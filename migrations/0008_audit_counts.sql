CREATE TABLE `audit_counts` (
	`span` enum('hour','day') NOT NULL,
	`starts_at` datetime(3) NOT NULL,
	`level` enum('info','warning','error') NOT NULL,
	`action` varchar(40) character set ascii collate ascii_bin NOT NULL,
	`entries` int NOT NULL,
	CONSTRAINT `audit_counts_span_starts_at_level_action_pk` PRIMARY KEY(`span`,`starts_at`,`level`,`action`)
);
