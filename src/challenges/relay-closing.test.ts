import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../platform/time/instant.ts";
import { doWhatIsDue } from "../testing/alarms.ts";
import { api, call, signIn, signUp, type TestUser } from "../testing/api.ts";
import { bearer, closeViewersAfterEach, knockBoard, viewBoard } from "../testing/board-viewer.ts";
import { fixedClock, restoreClockAfterEach } from "../testing/clock.ts";
import { fullBoard, NOON, relayOf } from "../testing/full-board.ts";
import { soon } from "../testing/until.ts";

restoreClockAfterEach();
closeViewersAfterEach();

describe("a socket at a relay is closed", () => {
  it("for the session that ends, and for no other", async () => {
    fixedClock(NOON);
    const { challenge } = await fullBoard();
    const phone = await signUp();
    const tablet = { ...phone, ...(await signIn(phone)) };
    const onPhone = await viewBoard(phone, challenge.id);
    const onTablet = await viewBoard(tablet, challenge.id);
    await call("POST", "/auth/logout", { refresh_token: tablet.refresh_token });
    await soon(() => expect(onTablet.closed).toBe(4401));
    expect(onPhone.closed).toBeNull();
    expect((await knockBoard(challenge.id, bearer(tablet))).status).toBe(401);
  });

  it("for who leaves a private challenge", async () => {
    fixedClock(NOON);
    const { challenge, others } = await fullBoard({ visibility: "private" }, 2);
    const [carl, dora] = others as [TestUser, TestUser];
    const [gone, stays] = [
      await viewBoard(carl, challenge.id),
      await viewBoard(dora, challenge.id),
    ];
    await api(carl).post(`/challenges/${challenge.id}/leave`);
    await soon(() => expect(gone.closed).toBe(4403));
    expect(stays.closed).toBeNull();
    expect((await knockBoard(challenge.id, bearer(carl))).status).toBe(404);
  });

  it("when the challenge is called off", async () => {
    fixedClock(NOON);
    const { ada, challenge } = await fullBoard();
    const guest = await viewBoard(await signUp(), challenge.id);
    await api(ada).delete(`/challenges/${challenge.id}`);
    await soon(() => expect(guest.closed).toBe(4404));
    expect(guest.last).toMatchObject({ type: "changes", status: "cancelled" });
  });

  it("with the account that is deleted", async () => {
    fixedClock(NOON);
    const { challenge } = await fullBoard();
    const carl = await signUp();
    const viewer = await viewBoard(carl, challenge.id);
    await api(carl).delete("/users/me", { password: carl.password });
    await soon(() => expect(viewer.closed).toBe(4401));
  });

  it("when its token expires, each at its time", async () => {
    const clock = fixedClock(NOON);
    const { challenge } = await fullBoard();
    const carl = await signUp();
    const first = await viewBoard(carl, challenge.id);
    clock.advance(20 * MINUTE_MS);
    const later = await viewBoard({ ...carl, ...(await signIn(carl)) }, challenge.id);
    clock.advance(10 * MINUTE_MS);
    await doWhatIsDue(relayOf(challenge.id, 0));
    await soon(() => expect(first.closed).toBe(4401));
    expect(later.closed).toBeNull();
    clock.advance(20 * MINUTE_MS);
    await doWhatIsDue(relayOf(challenge.id, 0));
    await soon(() => expect(later.closed).toBe(4401));
  });

  it("for who floods it", async () => {
    fixedClock(NOON);
    const { challenge } = await fullBoard();
    const carl = await signUp();
    const [chatty, long] = [
      await viewBoard(carl, challenge.id),
      await viewBoard(carl, challenge.id),
    ];
    for (let n = 0; n < 21; n += 1) chatty.socket.send("{}");
    long.socket.send("x".repeat(1_025));
    await soon(() => expect([chatty.closed, long.closed]).toEqual([4429, 4429]));
  });
});
