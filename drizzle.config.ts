import { defineConfig } from "drizzle-kit";

/** Where drizzle-kit finds the tables and keeps the migrations; generating and checking need no database. */
export default defineConfig({
  dialect: "mysql",
  schema: "./src/*/*.table.ts",
  out: "./migrations",
});
