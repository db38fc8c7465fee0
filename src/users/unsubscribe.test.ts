import { randomUUID } from "node:crypto";
import { env, exports } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { describe, expect, inject, it } from "vitest";
import { queueMails } from "../mail/index.ts";
import { jobContext } from "../platform/context.ts";
import { api, call, mailsTo, signUp, type TestUser } from "../testing/api.ts";

const context = () => jobContext(env, createExecutionContext(), "test");

async function queueCancelled(user: TestUser, locale: "en" | "fr" = "en"): Promise<void> {
  await queueMails(context(), [
    {
      dedupe_key: `cancelled:${user.id}:${locale}:${randomUUID()}`,
      user_id: user.id,
      to_address: user.email,
      kind: "challenge-cancelled",
      locale,
      data: { display_name: user.display_name, challenge_name: "A quiet week" },
      link: { path: "/challenges" },
    },
  ]);
}

type Caught = {
  html: string;
  text: string;
  tag: string;
  stream: string;
  metadata: Record<string, string>;
  headers: { name: string; value: string }[];
};

/** Sends what waits, and gives the newest mail about challenges with the path of its unsubscribe link. */
async function newest(user: TestUser): Promise<{ mail: Caught; path: string }> {
  await mailsTo(user.email);
  const answer = await fetch(`${inject("mailUrl")}/api/messages?to=${user.email}`);
  const mail = (await answer.json<Caught[]>()).find(({ tag }) => tag === "challenge-cancelled");
  const link = mail?.headers.find(({ name }) => name === "List-Unsubscribe")?.value ?? "";
  const url = new URL(link.slice(1, -1));
  if (!mail) throw new Error("no such mail");
  return { mail, path: url.pathname.replace("/api", "") + url.search };
}

const count = async (user: TestUser) =>
  (await mailsTo(user.email)).filter(({ tag }) => tag === "challenge-cancelled").length;

const post = async (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
  await exports.default.fetch(
    new Request(`http://localhost/api${path}`, { method: "POST", body, headers }),
  );

describe("a mail that is not about the account itself", () => {
  it("goes by the broadcast stream and bears the headers of RFC 8058", async () => {
    const ada = await signUp();
    await queueCancelled(ada);
    const { mail, path } = await newest(ada);
    expect(mail.stream).toBe("broadcast");
    expect(mail.metadata["outbox_id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(mail.headers).toContainEqual({
      name: "List-Unsubscribe-Post",
      value: "List-Unsubscribe=One-Click",
    });
    expect(mail.text).toContain(path);
  });

  it("and one about it goes by the transactional one, without a way to unsubscribe", async () => {
    const ada = await signUp();
    await mailsTo(ada.email);
    const answer = await fetch(`${inject("mailUrl")}/api/messages?to=${ada.email}`);
    const mails = await answer.json<Caught[]>();
    expect(mails.length).toBeGreaterThan(0);
    for (const mail of mails) expect(mail).toMatchObject({ stream: "outbound", headers: [] });
  });
});

describe("one click", () => {
  it.each([
    ["as RFC 8058 has it", "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"],
    ["without a body", "", ""],
  ])("%s ends the mails at once, also those that wait", async (_how, body, type) => {
    const ada = await signUp();
    await queueCancelled(ada);
    const { path } = await newest(ada);
    await queueCancelled(ada);
    const headers = type === "" ? {} : { "content-type": type };
    const first = await post(path, body, headers);
    expect(first.status).toBe(200);
    expect(await count(ada)).toBe(1);
    expect((await api(ada).get("/users/me")).body).toMatchObject({
      settings: { challenge_emails: false, limit_emails: true },
    });
    expect((await post(path, body)).status).toBe(200);
  });

  it("finds the token in a form as well, in both kinds of it", async () => {
    for (const multipart of [false, true]) {
      const ada = await signUp();
      await queueCancelled(ada);
      const { path } = await newest(ada);
      const token = new URLSearchParams(path.split("?")[1]).get("token") ?? "";
      const form = multipart ? new FormData() : new URLSearchParams();
      form.append("List-Unsubscribe", "One-Click");
      form.append("token", token);
      expect((await post("/mail/unsubscribe", form)).status).toBe(200);
      expect((await api(ada).get("/users/me")).body).toMatchObject({
        settings: { challenge_emails: false },
      });
    }
  });

  it("works no longer than the mails are switched off: who wants them again gets them", async () => {
    const ada = await signUp();
    await queueCancelled(ada);
    const { path } = await newest(ada);
    await post(path, "");
    await api(ada).put("/users/me", { settings: { challenge_emails: true } });
    await queueCancelled(ada);
    expect(await count(ada)).toBe(2);
  });

  it.each(["", "?token=", "?token=abc", "?token=abc.def", `?token=${"x".repeat(500)}`])(
    "with %j changes nothing and says so",
    async (query) => {
      const { status } = await post(`/mail/unsubscribe${query}`, "");
      expect([400, 422]).toContain(status);
      expect([400, 422]).toContain((await call("GET", `/mail/unsubscribe${query}`)).status);
    },
  );
});

describe("opening the link", () => {
  it.each(["en", "fr"] as const)("shows a button in %s, and changes nothing", async (locale) => {
    const ada = await signUp();
    await queueCancelled(ada, locale);
    const { path } = await newest(ada);
    const page = await call<string>("GET", path);
    expect(page.status).toBe(200);
    expect(page.body).toContain(`<html lang="${locale}">`);
    expect(page.body).toContain('<form method="post">');
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect((await api(ada).get("/users/me")).body).toMatchObject({
      settings: { challenge_emails: true },
    });
  });
});
