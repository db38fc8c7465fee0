/** What a user may change of their profile; what is left out keeps its value. */
export type ProfileChanges = {
  display_name?: string | undefined;
  timezone?: string | undefined;
  day_start_minute?: number | undefined;
  week_start?: number | undefined;
  locale?: "en" | "fr" | undefined;
  settings?:
    | {
        daily_reminder?: { enabled?: boolean | undefined; time?: string | undefined } | undefined;
        limit_emails?: boolean | undefined;
        challenge_emails?: boolean | undefined;
      }
    | undefined;
};
