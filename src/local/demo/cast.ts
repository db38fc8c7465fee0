/** A device as its owner and the API know it. */
export type Device = { device_id: string; name: "phone" | "tablet" | "browser" };

/** Somebody who takes part in the demo. */
export type Person = {
  /** Stands for them in the scenario, and in their address. */
  key: string;
  name: string;
  city: string;
  timezone: string;
  locale: "en" | "fr";
  devices: readonly [Device, ...Device[]];
};

/** The part each one plays in the story. */
export type Cast = {
  people: readonly Person[];
  /** Makes the challenge and watches the board, without taking part. */
  host: Person;
  /** Their phone has been silent since yesterday. */
  late: string;
  /** Owns a phone and a tablet. */
  two_devices: string;
};

const phone = (key: string): Device => ({ device_id: `${key}-phone`, name: "phone" });

/**
 * Six people around the world, and their host. A challenge begins no earlier than its maker's own
 * today, and Apia is always exactly one day ahead of Pago Pago: so Sina always has a yesterday in it.
 */
export const CAST: Cast = {
  people: [
    {
      key: "chloe",
      name: "Chloé",
      city: "Paris",
      timezone: "Europe/Paris",
      locale: "fr",
      devices: [phone("chloe")],
    },
    {
      key: "marcus",
      name: "Marcus",
      city: "New York",
      timezone: "America/New_York",
      locale: "en",
      devices: [phone("marcus")],
    },
    {
      key: "yuki",
      name: "Yuki",
      city: "Tokyo",
      timezone: "Asia/Tokyo",
      locale: "en",
      devices: [phone("yuki"), { device_id: "yuki-tablet", name: "tablet" }],
    },
    {
      key: "joao",
      name: "João",
      city: "São Paulo",
      timezone: "America/Sao_Paulo",
      locale: "en",
      devices: [phone("joao")],
    },
    {
      key: "wanjiru",
      name: "Wanjiru",
      city: "Nairobi",
      timezone: "Africa/Nairobi",
      locale: "en",
      devices: [phone("wanjiru")],
    },
    {
      key: "sina",
      name: "Sina",
      city: "Apia",
      timezone: "Pacific/Apia",
      locale: "en",
      devices: [phone("sina")],
    },
  ],
  host: {
    key: "tala",
    name: "Tala",
    city: "Pago Pago",
    timezone: "Pacific/Pago_Pago",
    locale: "en",
    devices: [{ device_id: "tala-browser", name: "browser" }],
  },
  late: "sina",
  two_devices: "yuki",
};
