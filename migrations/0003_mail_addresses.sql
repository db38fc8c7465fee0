CREATE TABLE `mail_addresses` (
	`address` varchar(254) character set ascii collate ascii_bin NOT NULL,
	`stream` varchar(40) character set ascii collate ascii_bin NOT NULL,
	`state` enum('hard_bounce','complaint','unsubscribed','refused','active') NOT NULL,
	`since` datetime(3) NOT NULL,
	CONSTRAINT `mail_addresses_address_stream_pk` PRIMARY KEY(`address`,`stream`)
);
--> statement-breakpoint
ALTER TABLE `emails` MODIFY COLUMN `status` enum('waiting','sent','failed','refused','dropped') NOT NULL;--> statement-breakpoint
ALTER TABLE `emails` ADD `good_until` datetime(3);--> statement-breakpoint
ALTER TABLE `emails` ADD `delivered_at` datetime(3);--> statement-breakpoint
CREATE INDEX `mail_addresses_state` ON `mail_addresses` (`state`,`since`);