import { expect, it } from "vitest";
import { HOUR_MS } from "../../platform/time/instant.ts";
import { afternoonZones } from "./zones.ts";

it("at every hour of the year's turn there are several zones in which it is afternoon", () => {
  for (const start of [Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1)]) {
    for (let hour = 0; hour < 24; hour += 1) {
      expect(afternoonZones(start + hour * HOUR_MS).length).toBeGreaterThan(2);
    }
  }
});
