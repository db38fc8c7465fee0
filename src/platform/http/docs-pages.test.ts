import { describe, expect, it } from "vitest";
import { redocPage, swaggerPage } from "./docs-pages.ts";

describe.each([
  ["Swagger UI", swaggerPage()],
  ["ReDoc", redocPage()],
])("the page of %s", (_name, page) => {
  it("loads nothing from another host", () => {
    const addresses = [...page.html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to);
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) expect(address).toMatch(/^\/(docs\/|openapi\.json$)/);
    expect(page.content_security_policy).not.toMatch(/https?:|\*/);
  });

  it("runs scripts from files of our own origin only", () => {
    expect(page.html).not.toMatch(/<script>|\son\w+=/);
    const script = /script-src ([^;]*)/.exec(page.content_security_policy);
    expect(script?.[1]).toBe("'self'");
    expect(page.content_security_policy).toContain("default-src 'none'");
  });

  it("can be neither framed nor made to post a form", () => {
    expect(page.content_security_policy).toContain("frame-ancestors 'none'");
    expect(page.content_security_policy).toContain("form-action 'none'");
  });

  it("fits a phone's width", () => {
    expect(page.html).toContain('name="viewport" content="width=device-width');
  });
});
