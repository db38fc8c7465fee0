/** An app, as `GET /catalogue` has it. */
export type WireApp = {
  id: string;
  name: string;
  category: string;
  android: string[];
  ios: string[];
  web: string[];
};

/** Letters before a site's name that lead to the same app. */
const DOORS = ["", "www.", "m.", "mobile."];

/**
 * What a phone makes of the catalogue: which app an id of its own means. Written from the OpenAPI
 * document alone; shares no code with what it checks.
 */
export class PhoneCatalogue {
  readonly #apps: readonly WireApp[];

  constructor({ apps }: { apps: readonly WireApp[] }) {
    this.#apps = apps;
  }

  /** The app that an id means, or null where it stands for itself. Raises an Error where it means several. */
  find(known: string): WireApp | null {
    const id = known.toLowerCase();
    const [app = null, ...more] = this.#apps.filter(
      (one) =>
        [one.id, ...one.android, ...one.ios].some((name) => name.toLowerCase() === id) ||
        one.web.some((domain) => isAt(domain, id)),
    );
    if (more.length > 0) throw new Error(`${known} means several apps`);
    return app;
  }
}

function isAt(domain: string, id: string): boolean {
  if (!domain.startsWith("*.")) return DOORS.some((door) => door + domain === id);
  const [, ...rest] = id.split(".");
  return rest.join(".") === domain.slice("*.".length);
}
