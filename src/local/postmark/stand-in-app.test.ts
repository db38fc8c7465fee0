import { expect, test } from "vitest";
import { standInApp } from "./stand-in-app.ts";

test("the stand-in shows where a mail's link leads, and lets its page call the API only", () => {
  const page = standInApp("/verify-email<script>", "http://localhost:8787");
  expect(page.html).toContain("/verify-email&lt;script&gt;");
  expect(page.html).not.toContain("<script>");
  expect(page.content_security_policy).toContain("connect-src http://localhost:8787;");
});
