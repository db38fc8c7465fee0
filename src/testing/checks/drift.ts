import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ROOT, runTool } from "./run-tool.ts";

const LEFT_OUT = /^(node_modules|\.git|\.local|\.wrangler|\.dev\.vars.*)$/;

/** Where generated files stand, among others. */
const WATCHED = ["src", "migrations"];

/**
 * Generates everything anew in a copy of the tree, and holds the result to what is there: the types
 * of the environment to wrangler.toml, the migrations to the table files, and so on.
 */
function check(folder: string): string[] {
  for (const name of readdirSync(ROOT).filter((entry) => !LEFT_OUT.test(entry))) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");

  const generated = runTool(folder, "npm", ["run", "generate"]);
  if (!generated.ok) return [`npm run generate fails:\n${generated.output}`];
  const faults = WATCHED.flatMap((top) => files(join(folder, top)).map((name) => join(top, name)))
    .filter((path) => text(folder, path) !== text(ROOT, path))
    .map((path) => `${path} is not what its sources give: run npm run generate.`);

  const history = runTool(ROOT, "drizzle-kit", ["check"]);
  if (!history.ok) faults.push(`drizzle-kit check fails:\n${history.output}`);
  return faults;
}

function files(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** A file's content; null where it is missing. */
function text(folder: string, path: string): string | null {
  const file = join(folder, path);
  return existsSync(file) ? readFileSync(file, "latin1") : null;
}

const copy = mkdtempSync(join(tmpdir(), "focus-drift-"));
try {
  const faults = check(copy);
  for (const fault of faults) console.error(fault);
  if (faults.length === 0) console.log("Generated files are up to date.");
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
