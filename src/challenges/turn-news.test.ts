import { runDurableObjectAlarm } from "cloudflare:test";
import { expect, it } from "vitest";
import { api, signIn, signUp } from "../testing/api.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { closeSocketsAfterEach, listen } from "../testing/own-socket.ts";
import { soon } from "../testing/until.ts";
import { boardStub } from "../testing/objects.ts";

restoreClockAfterEach();
closeSocketsAfterEach();

it("a phone that listens hears when a challenge of its owner's begins, settles and is final", async () => {
  const clock = fixedClock("2026-03-01T12:00:00Z");
  const ada = await signUp();
  const days = { start_date: "2026-03-02", end_date: "2026-03-03" };
  const made = await api(ada).post<{ id: string }>("/challenges", { name: "Less", ...days });
  const { id } = made.body;
  const board = boardStub(id);
  const heardAt = async (instant: string, status: string) => {
    clock.set(instant);
    const phone = await listen({ ...ada, ...(await signIn(ada)) });
    await soon(async () => {
      await runDurableObjectAlarm(board);
      clock.advance(1_000);
      expect(phone.of("challenge")).toContainEqual({ type: "challenge", id, status });
    });
    phone.socket.close();
  };
  await heardAt("2026-03-02T00:00:00Z", "running");
  await heardAt("2026-03-04T00:00:00Z", "settling");
  await heardAt("2026-03-04T12:00:00Z", "final");
});
