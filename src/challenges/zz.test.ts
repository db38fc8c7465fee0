import { exports } from "cloudflare:workers";
import { expect, it } from "vitest";
it("doc", async () => {
  const r = await exports.default.fetch(new Request("http://localhost/openapi.json"));
  const doc: any = await r.json();
  for (const [p, v] of Object.entries(doc.paths)) if (p.includes("challenges")) for (const [m, o] of Object.entries(v as any)) console.log("DOC", m, p, Object.keys((o as any).responses).join(","), JSON.stringify((o as any).parameters ?? []).slice(0, 300));
  console.log("DOC", JSON.stringify(doc.components.schemas.NewChallenge).slice(0, 1500));
  expect(1).toBe(1);
});
