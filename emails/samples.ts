import type { MailData, MailKind } from "./index.ts";

const app_link = "https://focus.example/app";
const link = "https://focus.example/challenges/0193f4a2";
const unsubscribe_link = "https://focus.example/unsubscribe?t=Zm9jdXMtY2hhbGxlbmdlcw";
const challenge_name = "A quiet November";

const result = {
  display_name: "Ada",
  challenge_name,
  link,
  unsubscribe_link,
  days_total: 7,
  days_reported: 7,
};

const reminder = {
  display_name: "Ada",
  yesterday_seconds: 7_500,
  week_average_seconds: 9_000,
  limits: [],
  challenges: [],
  link: app_link,
  unsubscribe_link,
};

const alert = {
  display_name: "Ada",
  rule_name: "Social media",
  limit_seconds: 3_600,
  link: "https://focus.example/limits/0193f4a2",
  unsubscribe_link,
};

const addressChange = {
  display_name: "Ada",
  link: "https://focus.example/verify#token=Hq5tYw8ZbN2kCx7MfLr1JsVa0EuGd4PoIi6R3nTzQ9m",
  expires_in_hours: 24,
};

/** Made-up data for every kind, by what it shows; the preview and the tests use it. */
export const samples: { [Kind in MailKind]: Record<string, MailData[Kind]> } = {
  verification: {
    "signed up": {
      display_name: "Ada",
      link: "https://focus.example/verify#token=Vt3q9GJx0m7nQkLrA5sYbT1cW8eHdP2uZfX6iOoNjE4",
      expires_in_hours: 24,
    },
  },
  "already-registered": { "signed up again": { display_name: "Ada", app_link } },
  welcome: { confirmed: { display_name: "Ada", app_link } },
  "password-reset": {
    forgotten: {
      display_name: "Ada",
      link: "https://focus.example/reset-password#token=pR8wZk2LhT6vXcB0nMq4sYd9JgF1aUeO5iV3rNtKx7C",
      expires_in_hours: 1,
    },
  },
  "password-changed": { changed: { display_name: "Ada", app_link } },
  "address-change": {
    asked: { ...addressChange, new_address: "ada@lovelace.example" },
    "to a long address": {
      ...addressChange,
      new_address: "maximiliane-theodora.von-hohenstein-wittelsbach@mail.department.example",
    },
  },
  "address-change-notice": {
    asked: { display_name: "Ada", new_address_hint: "a…@lovelace.example", app_link },
  },
  "unverified-warning": {
    "in three days": {
      display_name: "Ada",
      days_left: 3,
      link: "https://focus.example/verify#token=Lm4tX7wQ2bK9cZ5rJ1sVa8EuGd3PoIi6RnTzHq0yBfN",
      expires_in_hours: 24,
    },
  },
  "account-deleted": {
    deleted: { display_name: "Ada", app_link },
    "with nowhere to go": { display_name: "Ada" },
  },
  "daily-reminder": {
    "less than usual, with limits and challenges": {
      ...reminder,
      limits: [
        { name: "Social media", limit_seconds: 3_600 },
        { name: "Videos in the evening, whichever app they come from", limit_seconds: 2_700 },
      ],
      challenges: [
        { name: challenge_name, days_left: 9 },
        { name: "Un novembre au calme", days_left: 1 },
      ],
    },
    "far more than usual": { ...reminder, yesterday_seconds: 41_160 },
    "as usual": { ...reminder, yesterday_seconds: 9_000 },
    "the first day": { ...reminder, week_average_seconds: null },
    "nothing arrived": {
      ...reminder,
      yesterday_seconds: null,
      challenges: [{ name: challenge_name, days_left: 2 }],
    },
  },
  "limit-alert": {
    "coming near": { ...alert, percent: 80, used_seconds: 2_880 },
    reached: { ...alert, percent: 100, used_seconds: 3_600 },
  },
  "challenge-result": {
    second: {
      ...result,
      rank: 2,
      participant_count: 7,
      score_seconds: 11_100,
      podium: [
        { rank: 1, name: "Léa", score_seconds: 9_240, is_me: false },
        { rank: 2, name: "Ada", score_seconds: 11_100, is_me: true },
        { rank: 3, name: "Tom", score_seconds: 12_840, is_me: false },
      ],
    },
    won: {
      ...result,
      rank: 1,
      participant_count: 12,
      score_seconds: 2_700,
      podium: [
        { rank: 1, name: "Ada", score_seconds: 2_700, is_me: true },
        { rank: 2, name: "Léa", score_seconds: 9_240, is_me: false },
        { rank: 3, name: "Tom", score_seconds: 12_840, is_me: false },
      ],
    },
    "joint first, by days under the goal": {
      ...result,
      rank: 1,
      participant_count: 4,
      score_days: 6,
      podium: [
        { rank: 1, name: "Ada", score_days: 6, is_me: true },
        { rank: 1, name: "Léa", score_days: 6, is_me: false },
        { rank: 3, name: "Tom", score_days: 5, is_me: false },
      ],
    },
    "last, with missing days": {
      ...result,
      rank: 7,
      participant_count: 7,
      days_reported: 5,
      score_seconds: 50_460,
      podium: [
        { rank: 1, name: "Léa", score_seconds: 9_255, is_me: false },
        {
          rank: 2,
          name: "Maximiliane-Theodora von Hohenstein-Wittelsbach III",
          score_seconds: 9_299,
          is_me: false,
        },
        { rank: 3, name: "Tom", score_seconds: 12_840, is_me: false },
      ],
    },
    "in the field, by reduction": {
      ...result,
      rank: 23,
      participant_count: 140,
      score_percent: 12.5,
      podium: [
        { rank: 1, name: "Léa", score_percent: 64, is_me: false },
        { rank: 2, name: "Tom", score_percent: 58.3, is_me: false },
        { rank: 2, name: "ليلى", score_percent: 58.3, is_me: false },
      ],
    },
    "nothing reported": {
      ...result,
      rank: 3,
      participant_count: 3,
      days_reported: 0,
      score_seconds: 100_800,
      podium: [
        { rank: 1, name: "Léa", score_seconds: 0, is_me: false },
        { rank: 2, name: "Tom", score_seconds: 42, is_me: false },
        { rank: 3, name: "Ada", score_seconds: 100_800, is_me: true },
      ],
    },
    alone: {
      ...result,
      rank: 1,
      participant_count: 1,
      days_total: 1,
      days_reported: 1,
      score_seconds: 3_600,
      podium: [{ rank: 1, name: "Ada", score_seconds: 3_600, is_me: true }],
    },
  },
  "challenge-cancelled": {
    cancelled: {
      display_name: "Ada",
      challenge_name,
      link: "https://focus.example/challenges",
      unsubscribe_link,
    },
  },
};
