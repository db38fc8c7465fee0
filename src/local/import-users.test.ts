import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { importFile } from "./import-users.ts";
import { ImportError } from "./import/import-error.ts";
import { migrate } from "./migrate.ts";
import { freshEndpoint, type FreshEndpoint } from "./testing/fresh-endpoint.ts";
import { until } from "../testing/until.ts";

let fresh: FreshEndpoint;
let folder: string;

beforeAll(async () => {
  fresh = await freshEndpoint();
  await migrate(fresh.endpoint.url);
  folder = await mkdtemp(join(tmpdir(), "focus-import-"));
});

beforeEach(async () => {
  await fresh.direct.query("DELETE FROM users");
  await fresh.direct.query("DELETE FROM user_day_rules");
});

afterEach(() => fresh.endpoint.faults.set([]));

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await fresh.stop();
});

const HEADER = "id,email,hashed_password,full_name,role,is_active,is_verified,created_at\n";
const hash = `$2b$12$${"a".repeat(53)}`;
const line = (email: string, more = `,${hash},Ada,user,true,true,2024-05-01T10:00:00`): string =>
  `1,${email}${more}\n`;
const people = (count: number): string =>
  Array.from({ length: count }, (_, index) => line(`p${index}@example.com`)).join("");

async function fileOf(content: string | Buffer): Promise<string> {
  const file = join(await mkdtemp(join(folder, "f-")), "users.csv");
  await writeFile(file, content);
  return file;
}

async function run(file: string, is_dry = false) {
  let shown = "";
  const output = { write: (text: string) => (shown += text) };
  const totals = await importFile({ file, is_dry }, fresh.endpoint.url, output);
  return { ...totals, shown };
}

const stored = async (): Promise<Record<string, unknown>[]> =>
  await fresh.direct.query("SELECT * FROM users ORDER BY email");
const rulesCount = async (): Promise<number> => {
  const [row] = await fresh.direct.query<{ n: bigint }[]>(
    "SELECT COUNT(*) AS n FROM user_day_rules",
  );
  return Number(row?.n);
};

describe("importing the users of the old system", () => {
  it("writes each account as registration would have, with its first day rule", async () => {
    const file = await fileOf(
      HEADER +
        line("Ada@Example.com") +
        line(
          "bob@example.com",
          `,${hash},"O'Brien, Bob 😀",admin,False,0,2024-05-01 10:00:00.5+02:00`,
        ),
    );
    expect(await run(file)).toMatchObject({
      rows: 2,
      imported: 2,
      present: 0,
      refused: 0,
      admins: 1,
    });
    const [ada, bob] = await stored();
    const created = new Date("2024-05-01T10:00:00Z");
    expect(ada).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/),
      email: "ada@example.com",
      password_hash: hash,
      role: "user",
      is_active: 1,
      timezone: "UTC",
      locale: "en",
      version: 1,
    });
    expect(bob).toMatchObject({
      display_name: "O'Brien, Bob 😀",
      role: "admin",
      is_active: 0,
      email_verified_at: null,
    });
    const { rows } = await fresh.client.execute(
      "select u.email, u.created_at, u.email_verified_at, r.since, r.timezone, r.day_start_minute from users u join user_day_rules r on r.user_id = u.id order by u.email",
    );
    const text = created.toISOString().slice(0, 23).replace("T", " ");
    expect(rows).toMatchObject([
      {
        created_at: text,
        email_verified_at: text,
        since: text,
        timezone: "UTC",
        day_start_minute: 0,
      },
      { created_at: "2024-05-01 08:00:00.500", since: "2024-05-01 08:00:00.500" },
    ]);
  });

  it("leaves an account that is there as it is, however often it runs", async () => {
    const file = await fileOf(HEADER + people(1_200));
    expect(await run(file)).toMatchObject({ imported: 1_200, present: 0 });
    await fresh.direct.query("UPDATE users SET password_hash = 'new', role = 'admin'");
    const before = await stored();
    const again = await fileOf(HEADER + people(1_201));
    expect(await run(again)).toMatchObject({
      rows: 1_201,
      imported: 1,
      present: 1_200,
      refused: 0,
    });
    const after = await stored();
    expect(after.filter(({ email }) => email !== "p1200@example.com")).toEqual(before);
    expect(await rulesCount()).toBe(1_201);
  });

  it("lists what it refuses by line and reason, and takes the rest", async () => {
    const bad = Buffer.concat([Buffer.from(`1,x@example.com,${hash},`), Buffer.from([0xff, 0x0a])]);
    const file = await fileOf(
      Buffer.concat([
        Buffer.from(HEADER + line("ada@example.com") + line("ADA@example.com") + line("nobody")),
        bad,
        Buffer.from(line("bob@example.com", `,hunter2,Bob,user,1,1,`) + line("cleo@example.com")),
      ]),
    );
    const totals = await run(file);
    expect(totals).toMatchObject({ rows: 6, imported: 2, refused: 4 });
    const refused = join(file, "../users.refused.csv");
    const list = (await readFile(refused, "utf8")).split("\r\n");
    expect(list).toEqual([
      "line,reason",
      '3,"email: line 2 has the same address"',
      expect.stringMatching(/^4,"email: is no address/),
      '5,"is not UTF-8"',
      '6,"password hash: is no whole bcrypt hash"',
      "",
    ]);
    expect(list.join() + totals.shown).not.toContain("hunter2");
    expect(totals.shown).toContain("line 3: email: line 2 has the same address");

    await writeFile(file, HEADER + line("ada@example.com"));
    expect(await run(file)).toMatchObject({ present: 1, refused: 0 });
    await expect(access(refused)).rejects.toThrow("ENOENT");
  });

  it("tries out everything and writes nothing in a dry run", async () => {
    await run(await fileOf(HEADER + line("p1@example.com")));
    const file = await fileOf(HEADER + people(3) + line("nobody"));
    const totals = await run(file, true);
    expect(totals).toMatchObject({ imported: 2, present: 1, refused: 1 });
    expect(totals.shown).toContain("would be imported");
    expect(await stored()).toHaveLength(1);
    await expect(access(join(file, "../users.refused.csv"))).rejects.toThrow("ENOENT");
  });
});

describe("an import over a bad connection", () => {
  it.each([
    { mode: "lost", match: "commit" },
    { mode: "deadlock", match: "insert into users" },
    { mode: "server_error", match: "insert into user_day_rules" },
    { mode: "cut_off", match: "select id, email" },
  ] as const)("counts and writes each account once when $match meets $mode", async (fault) => {
    fresh.endpoint.faults.set([{ ...fault, times: 1 }]);
    const totals = await run(await fileOf(HEADER + people(1_100)));
    expect(totals).toMatchObject({ rows: 1_100, imported: 1_100, present: 0 });
    expect(await stored()).toHaveLength(1_100);
    expect(await rulesCount()).toBe(1_100);
  });

  it("ends with a reason that repeats no row, keeps whole accounts only, and can be run again", async () => {
    const file = await fileOf(HEADER + people(1_100));
    await fresh.direct.query("RENAME TABLE user_day_rules TO away");
    await expect(run(file)).rejects.toThrow(ImportError);
    await expect(run(file)).rejects.toThrow(/errno 1146/);
    await expect(run(file)).rejects.not.toThrow(/example\.com|\$2b/);
    await fresh.direct.query("RENAME TABLE away TO user_day_rules");
    expect(await stored()).toHaveLength(0);
    expect(await run(file)).toMatchObject({ imported: 1_100 });
  });
});

describe("the command", () => {
  const script = join(import.meta.dirname, "import-users.ts");
  const environment = () => ({ ...process.env, PLANETSCALE_URL: fresh.endpoint.url });
  const command = async (...args: string[]): Promise<{ code: number; text: string }> =>
    await new Promise((resolve) => {
      const options = { env: environment() };
      execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
      );
    });

  it("ends with 0 when all rows are in, 1 when some were refused, 2 when it could not be done", async () => {
    const good = await fileOf(HEADER + people(3));
    expect(await command(good)).toMatchObject({
      code: 0,
      text: expect.stringMatching(/3 rows in .*imported +3\n.*already there +0/s),
    });
    expect(await command(await fileOf(HEADER + people(2) + line("x")))).toMatchObject({ code: 1 });
    expect(await command(await fileOf("a,b\n"))).toMatchObject({
      code: 2,
      text: expect.stringContaining("a column is missing: email"),
    });
    expect(await command(join(folder, "none.csv"))).toMatchObject({ code: 2 });
    expect(await command()).toMatchObject({ code: 2, text: expect.stringContaining("--dry-run") });
  });

  it("that was killed is simply run again", async () => {
    const file = await fileOf(HEADER + people(3_000));
    fresh.endpoint.faults.set([{ mode: "slow", match: "insert into", delay_ms: 100 }]);
    const killed = spawn(process.execPath, [script, file], { env: environment() });
    const ended = once(killed, "exit");
    await until("the first rows", async () => (await stored()).length > 0);
    killed.kill("SIGKILL");
    await ended;
    fresh.endpoint.faults.clear();
    const { imported, present } = await run(file);
    expect(imported).toBeGreaterThan(0);
    expect(present).toBeGreaterThan(0);
    expect(imported + present).toBe(3_000);
    expect(await stored()).toHaveLength(3_000);
    expect(await rulesCount()).toBe(3_000);
  });
});
