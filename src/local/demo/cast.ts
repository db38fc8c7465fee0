/** A device as its owner and the API know it. */
export type Device = { device_id: string; name: "phone" | "tablet" };

/** Somebody who takes part in the demo. */
export type Person = {
  /** Stands for them in the scenario, and in their address. */
  key: string;
  name: string;
  pronoun: "he" | "she";
  city: string;
  timezone: string;
  locale: "en" | "fr";
  devices: readonly [Device, ...Device[]];
};

/** The part each one plays in the story. */
export type Cast = {
  people: readonly Person[];
  /** Makes the challenge and watches the board. */
  host: string;
  /** Their phone has been silent since yesterday. */
  late: string;
  /** Owns a phone and a tablet. */
  two_devices: string;
};

const phone = (key: string): Device => ({ device_id: `${key}-phone`, name: "phone" });

/** Six people around the world, so that at any hour somebody is awake and somebody's day is another. */
export const CAST: Cast = {
  people: [
    {
      key: "chloe",
      name: "Chloé",
      pronoun: "she",
      city: "Paris",
      timezone: "Europe/Paris",
      locale: "fr",
      devices: [phone("chloe")],
    },
    {
      key: "marcus",
      name: "Marcus",
      pronoun: "he",
      city: "New York",
      timezone: "America/New_York",
      locale: "en",
      devices: [phone("marcus")],
    },
    {
      key: "yuki",
      name: "Yuki",
      pronoun: "she",
      city: "Tokyo",
      timezone: "Asia/Tokyo",
      locale: "en",
      devices: [phone("yuki"), { device_id: "yuki-tablet", name: "tablet" }],
    },
    {
      key: "joao",
      name: "João",
      pronoun: "he",
      city: "São Paulo",
      timezone: "America/Sao_Paulo",
      locale: "en",
      devices: [phone("joao")],
    },
    {
      key: "aroha",
      name: "Aroha",
      pronoun: "she",
      city: "Auckland",
      timezone: "Pacific/Auckland",
      locale: "en",
      devices: [phone("aroha")],
    },
    {
      key: "wanjiru",
      name: "Wanjiru",
      pronoun: "she",
      city: "Nairobi",
      timezone: "Africa/Nairobi",
      locale: "en",
      devices: [phone("wanjiru")],
    },
  ],
  host: "chloe",
  late: "wanjiru",
  two_devices: "yuki",
};
