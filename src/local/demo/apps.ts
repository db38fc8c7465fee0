/** An app as phones name it; the API's catalogue knows all but the last, which says itself what it is. */
export type App = { app: string; name: string; app_name?: string; category?: "messaging" };

export const APPS: readonly App[] = [
  { app: "com.instagram.android", name: "Instagram" },
  { app: "com.zhiliaoapp.musically", name: "TikTok" },
  { app: "com.google.ios.youtube", name: "YouTube" },
  { app: "com.whatsapp", name: "WhatsApp" },
  { app: "com.reddit.frontpage", name: "Reddit" },
  { app: "instagram.com", name: "Instagram on the web" },
  {
    app: "com.example.teahouse",
    name: "Teahouse Chat",
    app_name: "Teahouse Chat",
    category: "messaging",
  },
];
