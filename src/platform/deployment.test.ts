import { describe, expect, it } from "vitest";
import manifest from "../../package.json";
import { call } from "../testing/api.ts";
import { deployment, VERSION } from "./deployment.ts";

const uploaded = (tag: string) => ({
  VERSION_METADATA: {
    id: "5f3e2a1b-0c4d-4e5f-8a9b-0c1d2e3f4a5b",
    tag,
    timestamp: "2026-11-28T02:00:00.000Z",
  },
});

describe("the version that answers", () => {
  it("is package.json's, with the deployment behind it, so that each deploy shows", () => {
    expect(VERSION).toBe(manifest.version);
    expect(deployment(uploaded(""))).toEqual({
      version: `${manifest.version}+5f3e2a1b`,
      deploy_id: "5f3e2a1b-0c4d-4e5f-8a9b-0c1d2e3f4a5b",
      deployed_at: "2026-11-28T02:00:00.000Z",
    });
  });

  it("is the deploy's tag where it has one", () => {
    expect(deployment(uploaded("v1.4.0")).version).toBe("v1.4.0+5f3e2a1b");
  });

  it("stands in the answer of health", async () => {
    const { body } = await call<{ version: string }>("GET", "/health");
    expect(body.version).toMatch(new RegExp(`^${VERSION}\\+[0-9a-f]{8}$`));
  });
});
