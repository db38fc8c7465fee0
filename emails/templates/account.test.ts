import { describe, expect, it } from "vitest";
import { type Locale, type MailData, type MailKind, renderMail } from "../index.ts";

const app_link = "https://focus.example/app";
const link = "https://focus.example/token";

const plain = (shown: string) =>
  shown
    .replaceAll("\u200b", "")
    .replaceAll("\u2011", "-")
    .replaceAll(/[\u00a0\u202f]/g, " ");

function text<Kind extends MailKind>(kind: Kind, locale: Locale, data: MailData[Kind]): string {
  return plain(renderMail(kind, locale, data).text);
}

describe("the way to a new password", () => {
  const data = { display_name: "Ada", link, expires_in_hours: 1 };

  it("is good once, for one hour, and can be ignored", () => {
    const english = text("password-reset", "en", data);
    expect(english).toContain("The link works once and is good for 1 hour.");
    expect(english).toContain("simply ignore this mail: your password stays as it is");
    const french = text("password-reset", "fr", data);
    expect(french).toContain("Le lien fonctionne une seule fois, pendant 1 heure.");
    expect(french).toContain("Ignore simplement cet e-mail : ton mot de passe reste le même");
  });

  it("counts its hours", () => {
    const longer = { ...data, expires_in_hours: 2 };
    expect(text("password-reset", "en", longer)).toContain("good for 2 hours.");
    expect(text("password-reset", "fr", longer)).toContain("pendant 2 heures.");
  });
});

it("says after a new password that the other sessions ended, and what to do if it was a stranger", () => {
  const data = { display_name: "Ada", app_link };
  const english = text("password-changed", "en", data);
  expect(english).toContain("every other session has ended");
  expect(english).toContain("choose “Forgot password” on the sign-in screen");
  const french = text("password-changed", "fr", data);
  expect(french).toContain("toutes les autres sessions sont fermées");
  expect(french).toContain("choisis « Mot de passe oublié » sur l’écran de connexion");
});

describe("a change of address", () => {
  const asked = { display_name: "Ada", link, new_address: "ada@new.example", expires_in_hours: 24 };
  const warned = { display_name: "Ada", app_link, new_address_hint: "a…@new.example" };

  it("names the new address whole where it goes, but so that no program makes a link of it", () => {
    for (const locale of ["en", "fr"] as const) {
      const mail = renderMail("address-change", locale, asked);
      expect(plain(mail.text)).toContain("ada@new.example");
      expect(mail.text + mail.html).not.toMatch(/ada@new|new\.example/);
    }
  });

  it("changes nothing until it is confirmed, and says so at both addresses", () => {
    expect(text("address-change", "en", asked)).toContain("Until then nothing changes");
    expect(text("address-change", "fr", asked)).toContain("D’ici là, rien ne change");
    expect(text("address-change-notice", "en", warned)).toContain(
      "Until it is confirmed, nothing changes.",
    );
    expect(text("address-change-notice", "fr", warned)).toContain(
      "Tant qu’elle n’est pas confirmée, rien ne change.",
    );
  });

  it("shows the old address the hint, and what to do if it was a stranger", () => {
    const english = text("address-change-notice", "en", warned);
    expect(english).toContain("with this one:\n\na…@new.example\n");
    expect(english).toContain("change your password now");
    const french = text("address-change-notice", "fr", warned);
    expect(french).toContain("par celle-ci :\n\na…@new.example\n");
    expect(french).toContain("change ton mot de passe maintenant");
  });
});

describe("the good-bye", () => {
  it("tells what is gone and what the boards keep", () => {
    const english = text("account-deleted", "en", { display_name: "Ada", app_link });
    expect(english).toContain("Your Focus account is gone, and your data with it.");
    expect(english).toContain("keep your places, but not your name");
    const french = text("account-deleted", "fr", { display_name: "Ada", app_link });
    expect(french).toContain(
      "Ton compte Focus n’existe plus, et tes données ont disparu avec lui.",
    );
    expect(french).toContain("gardent tes places, mais pas ton nom");
  });

  it("says the same without a way back", () => {
    const withWay = text("account-deleted", "en", { display_name: "Ada", app_link });
    const without = text("account-deleted", "en", { display_name: "Ada" });
    expect(without).toBe(withWay.replace(`Visit Focus:\n${app_link}\n\n`, ""));
  });
});
