import { createServer } from "node:http";
import { previewedMails, previewPage, themed, themeOf } from "./emails-preview-page.ts";

const port = Number(process.env["PREVIEW_PORT"] ?? 8026);
const mails = previewedMails();

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

server.once("error", (error) => {
  console.error(`Cannot listen on port ${port}: ${error.message}. PREVIEW_PORT changes the port.`);
  process.exitCode = 1;
});

server.listen(port, "127.0.0.1", () => {
  console.log(`All mails: http://127.0.0.1:${port}/ (PREVIEW_PORT changes the port, Ctrl-C ends)`);
});
