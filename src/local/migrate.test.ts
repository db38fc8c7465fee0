import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { freshEndpoint } from "./testing/fresh-endpoint.ts";

test("migrations are applied once each, in order", async () => {
  const folder = await mkdtemp(join(tmpdir(), "focus-migrations-"));
  const fresh = await freshEndpoint();
  try {
    const { url } = fresh.endpoint;
    expect(await migrate(url, folder)).toBe(0);
    await writeMigrations(folder, [
      "create table a (id int primary key);--> statement-breakpoint\ncreate index a_ix on a (id);",
    ]);
    expect(await migrate(url, folder)).toBe(1);
    await writeMigrations(folder, [
      "create table a (id int primary key);--> statement-breakpoint\ncreate index a_ix on a (id);",
      "alter table `a` add `n` int;",
    ]);
    expect(await migrate(url, folder)).toBe(1);
    expect(await migrate(url, folder)).toBe(0);
    await writeMigrations(folder, ["", "", "create table `a` (id int primary key);"]);
    await expect(migrate(url, folder)).rejects.toThrow(/^A migration failed: .*already exists/);
    const { headers } = await fresh.client.execute("select * from a");
    expect(headers).toEqual(["id", "n"]);
  } finally {
    await fresh.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

/** Lays files out as drizzle-kit does. */
async function writeMigrations(folder: string, statements: string[]): Promise<void> {
  await mkdir(join(folder, "meta"), { recursive: true });
  const entries = statements.map((_, index) => ({
    idx: index,
    version: "5",
    when: 1_700_000_000_000 + index,
    tag: `000${index}`,
    breakpoints: true,
  }));
  const journal = { version: "7", dialect: "mysql", entries };
  await writeFile(join(folder, "meta/_journal.json"), JSON.stringify(journal));
  for (const [index, text] of statements.entries()) {
    await writeFile(join(folder, `000${index}.sql`), text);
  }
}
