// oxlint-disable-next-line focus/who-may-import -- a workshop tool that no template imports
import { createServer } from "node:http";
import { type Locale, type MailKind, renderMail } from "./index.ts";
import { previewPage, type PreviewedMail, themed, themeOf } from "./preview-page.ts";
import { samples } from "./samples.ts";

const locales: readonly Locale[] = ["en", "fr"];
const port = Number(process.env["PREVIEW_PORT"] ?? 8026);

function previewed<Kind extends MailKind>(kind: Kind): PreviewedMail[] {
  const ofKind: Record<string, Parameters<typeof renderMail<Kind>>[2]> = samples[kind];
  return Object.entries(ofKind).flatMap(([sample, data]) =>
    locales.map((locale) => ({ kind, sample, locale, ...renderMail(kind, locale, data) })),
  );
}

const mails = (Object.keys(samples) as MailKind[]).flatMap((kind) => previewed(kind));

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const theme = themeOf(url.searchParams.get("theme"));
  const mail = mails[Number(/^\/mails\/(\d+)$/.exec(url.pathname)?.[1])];
  const page = url.pathname === "/" ? previewPage(mails, theme) : mail && themed(mail.html, theme);
  response.writeHead(page === undefined ? 404 : 200, {
    "content-type": "text/html; charset=utf-8",
  });
  response.end(page ?? "Not found");
});

server.listen(port, "127.0.0.1", () => {
  // oxlint-disable-next-line no-console -- where to look is what this tool says
  console.log(`All mails: http://127.0.0.1:${port}/ (PREVIEW_PORT changes the port, Ctrl-C ends)`);
});
