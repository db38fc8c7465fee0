import { z } from "zod";

/** What an administrator asks for, and how its answer must look, so that no empty answer is measured. */
export type AdminAsk = {
  /** As the table names it. */
  what: string;
  /** Below `/api/admin`. */
  path: string;
  isRight: (body: unknown) => boolean;
};

const pages = z.object({ data: z.array(z.unknown()) });

/** Asks for the first page of a list, which must find something or nothing, or for the one behind a place in it, which is called deep. */
export function listAsk(
  list: string,
  query: Record<string, string>,
  finds: "some" | "none",
  place?: readonly (string | number)[],
): AdminAsk {
  const words = new URLSearchParams(query).toString();
  const all = new URLSearchParams({ ...query, ...(place && { cursor: cursorOf(place) }) });
  const name = words === "" ? list : `${list}?${decodeURIComponent(words)}`;
  return {
    what: place ? `${name}, deep` : name,
    path: `/${list}?${all.toString()}`,
    isRight: (body) => {
      const page = pages.safeParse(body).data;
      if (!page) return false;
      return finds === "none" ? page.data.length === 0 : page.data.length > 0;
    },
  };
}

/** Asks for figures; `shape` says how they must look. */
export function figuresAsk(path: string, shape: z.ZodType): AdminAsk {
  return { what: path, path: `/${path}`, isRight: (body) => shape.safeParse(body).success };
}

/** A place in a list as its cursor says it. */
export function cursorOf(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}
