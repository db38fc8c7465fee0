CREATE TABLE `loose_files` (
	`file_name` varchar(100) character set ascii collate ascii_bin NOT NULL,
	`state` enum('incoming','unused') NOT NULL,
	`due_at` datetime(3) NOT NULL,
	CONSTRAINT `loose_files_file_name` PRIMARY KEY(`file_name`)
);
--> statement-breakpoint
CREATE INDEX `loose_files_due` ON `loose_files` (`due_at`);