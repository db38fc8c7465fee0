import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * Puts the files of Swagger UI and ReDoc where the Worker's assets are served from, so that no
 * reader's browser asks a foreign host. Wrangler runs it before every build; it writes only changes.
 */
const TARGET = join(import.meta.dirname, "../../.local/assets/docs");
const { resolve } = createRequire(import.meta.filename);

const COPIES = [
  "swagger-ui-dist/swagger-ui.css",
  "swagger-ui-dist/swagger-ui-bundle.js",
  "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt",
  "swagger-ui-dist/favicon-32x32.png",
  "redoc/bundles/redoc.standalone.js.LICENSE.txt",
];

const REDOC = "redoc/bundles/redoc.standalone.js";
/** ReDoc fetches this picture from its maker's host, and no option stops it. */
const FOREIGN_PICTURE = "https://cdn.redoc.ly/redoc/logo-mini.svg";
const EMPTY_PICTURE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

const SWAGGER_INIT = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
});
`;

const REDOC_INIT = `const text = "system-ui, sans-serif";
const code = "ui-monospace, monospace";
Redoc.init(
  "/openapi.json",
  {
    hideDownloadButton: false,
    scrollYOffset: 0,
    theme: {
      typography: { fontFamily: text, headings: { fontFamily: text }, code: { fontFamily: code } },
    },
  },
  document.getElementById("docs"),
);
`;

const PAGE_CSS = `body {
  margin: 0;
  font-family: system-ui, sans-serif;
}
noscript {
  display: block;
  padding: 1rem;
}
`;

/** Reads a file of an installed package. */
async function packaged(specifier: string): Promise<Buffer> {
  return await readFile(resolve(specifier));
}

/** Gives ReDoc's bundle without its call to a foreign host; raises an error if a release moved that. */
async function redoc(): Promise<string> {
  const parts = (await packaged(REDOC)).toString("utf8").split(FOREIGN_PICTURE);
  if (parts.length !== 2) {
    throw new Error(
      `ReDoc names ${FOREIGN_PICTURE} ${parts.length - 1} times, not once: look again.`,
    );
  }
  return parts.join(EMPTY_PICTURE);
}

/** Writes a file if its content differs, in one step, so that a reader never meets half of it. */
async function write(name: string, content: string | Buffer): Promise<void> {
  const file = join(TARGET, name);
  const wanted = Buffer.from(content);
  const present = await readFile(file).catch(() => null);
  if (present?.equals(wanted)) return;
  const draft = join(TARGET, "../..", `draft-${process.pid}-${name}`);
  await writeFile(draft, wanted);
  await rename(draft, file);
  console.log(`wrote .local/assets/docs/${name}`);
}

const files = new Map<string, string | Buffer>([
  ["swagger-init.js", SWAGGER_INIT],
  ["redoc-init.js", REDOC_INIT],
  ["page.css", PAGE_CSS],
  ["redoc.standalone.js", await redoc()],
]);
for (const specifier of COPIES) {
  files.set(specifier.slice(specifier.lastIndexOf("/") + 1), await packaged(specifier));
}

await mkdir(TARGET, { recursive: true });
for (const [name, content] of files) await write(name, content);
for (const name of await readdir(TARGET)) {
  if (!files.has(name)) await rm(join(TARGET, name), { force: true });
}
