ALTER TABLE `users` ADD `reminder_due_at` datetime(3);--> statement-breakpoint
CREATE INDEX `users_reminder` ON `users` (`reminder_enabled`,`reminder_due_at`,`id`);--> statement-breakpoint
CREATE INDEX `users_unverified` ON `users` (`email_verified_at`,`created_at`,`id`);