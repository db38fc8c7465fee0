import type { Category } from "./items.ts";

/** One well-known app: its canonical id is the key; every id phones have for it stands in `ids`. */
type CatalogueApp = { name: string; category: Category; ids: readonly string[] };

/** To add an app, add a line: canonical id, name, category, then Android package, iOS bundle, web domains. */
const apps: Record<string, CatalogueApp> = {
  instagram: app(
    "Instagram",
    "social",
    "com.instagram.android",
    "com.burbn.instagram",
    "instagram.com",
  ),
  tiktok: app(
    "TikTok",
    "video",
    "com.zhiliaoapp.musically",
    "com.ss.android.ugc.trill",
    "tiktok.com",
  ),
  youtube: app(
    "YouTube",
    "video",
    "com.google.android.youtube",
    "com.google.ios.youtube",
    "youtube.com",
  ),
  facebook: app(
    "Facebook",
    "social",
    "com.facebook.katana",
    "com.facebook.Facebook",
    "facebook.com",
  ),
  whatsapp: app(
    "WhatsApp",
    "messaging",
    "com.whatsapp",
    "net.whatsapp.WhatsApp",
    "web.whatsapp.com",
  ),
  snapchat: app(
    "Snapchat",
    "social",
    "com.snapchat.android",
    "com.toyopagroup.picaboo",
    "snapchat.com",
  ),
  x: app("X", "social", "com.twitter.android", "com.atebits.Tweetie2", "x.com", "twitter.com"),
  reddit: app("Reddit", "social", "com.reddit.frontpage", "com.reddit.Reddit", "reddit.com"),
  telegram: app(
    "Telegram",
    "messaging",
    "org.telegram.messenger",
    "ph.telegra.Telegraph",
    "web.telegram.org",
  ),
  discord: app("Discord", "messaging", "com.discord", "com.hammerandchisel.discord", "discord.com"),
  twitch: app("Twitch", "video", "tv.twitch.android.app", "tv.twitch", "twitch.tv"),
  netflix: app("Netflix", "video", "com.netflix.mediaclient", "com.netflix.Netflix", "netflix.com"),
};

const canonical = new Map(
  Object.entries(apps).flatMap(([id, { ids }]) =>
    [id, ...ids].map((known) => [known.toLowerCase(), id]),
  ),
);

/** The canonical app of a client's id; an id the catalogue does not know stands for itself. */
export function canonicalApp(client_app: string): string {
  return canonical.get(client_app.toLowerCase()) ?? client_app;
}

/** Name and category of a canonical app, or null where the catalogue does not know it. */
export function catalogued(canonical_app: string): { name: string; category: Category } | null {
  return Object.hasOwn(apps, canonical_app) ? (apps[canonical_app] ?? null) : null;
}

function app(name: string, category: Category, ...ids: string[]): CatalogueApp {
  return { name, category, ids };
}
