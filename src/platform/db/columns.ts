import { customType } from "drizzle-orm/mysql-core";
import type { Instant } from "../time/instant.ts";

// Ids, addresses and tokens compare byte by byte: no other spelling of one may ever match it.
const ascii = customType<{ data: string; config: { length: number } }>({
  dataType: (config) => `varchar(${config?.length ?? 255}) character set ascii collate ascii_bin`,
});

const exact = customType<{ data: string; config: { length: number } }>({
  dataType: (config) =>
    `varchar(${config?.length ?? 255}) character set utf8mb4 collate utf8mb4_bin`,
});

const utcInstant = customType<{ data: Instant; driverData: string; config: { fsp: 3 } }>({
  dataType: () => "datetime(3)",
  toDriver: (instant) => new Date(instant).toISOString().slice(0, 23).replace("T", " "),
  fromDriver: (text) => Date.parse(`${text.replace(" ", "T")}Z`),
});

const ownDate = customType<{ data: string; driverData: string }>({ dataType: () => "date" });

/** A UUIDv7 in its text form. */
export const id = (name?: string) => (name ? ascii(name, { length: 36 }) : ascii({ length: 36 }));
/** ASCII text compared byte by byte, at most `length` characters. */
export const asciiText = (length: number) => ascii({ length });
/** Any text compared byte by byte, at most `length` characters. */
export const exactText = (length: number) => exact({ length });
/** A UTC instant in ms, kept as `datetime(3)`. */
export const instant = () => utcInstant();
/** An own-day date, `YYYY-MM-DD`. */
export const date = () => ownDate();
