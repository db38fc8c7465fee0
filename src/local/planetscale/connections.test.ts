import { expect, inject, it } from "vitest";
import { createPool } from "./connections.ts";

it("never hands out again a connection that was killed as its statement was over", async () => {
  const pool = createPool(inject("localDatabaseUrl"));
  const killed = await pool.take();
  await killed.query("SELECT 1");
  pool.kill(killed);
  pool.give(killed);
  const next = await pool.take();
  expect(next).not.toBe(killed);
  expect(await next.query("SELECT 1")).toBeDefined();
  pool.give(next);
  await pool.close();
});
