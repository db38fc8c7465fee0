/** What the contract says of an app that was reported: the catalogue's word, else the client's. */
export type App = {
  client_app: string;
  app: string;
  name: string | null;
  category: string;
};

/** An interval in the contract's terms: whole seconds since the epoch. */
export type Interval = App & {
  kind: "interval";
  id?: string;
  device_id: string;
  from_s: number;
  to_s: number;
};
/** What a device says of an own date as a whole. */
export type Total = App & { kind: "total"; device_id: string; date: string; seconds: number };

/** What an item says, or that the server must not take it. */
export type Meaning = Interval | Total | { kind: "refused" };

/** An item as it is sent, and what it means. */
export type Item = { body: Record<string, unknown>; meaning: Meaning };
/** An interval that shares its id, and what it says, with no other item. */
export type LoneItem = { body: Record<string, unknown>; meaning: Interval & { id: string } };
