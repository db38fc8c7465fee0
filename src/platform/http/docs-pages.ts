/** A page of the API's documentation, and the policy it must be served with. */
export type DocsPage = { html: string; content_security_policy: string };

/** What both pages share: nothing from another host, nothing that can be framed or posted. */
const BASE_POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "connect-src 'self'",
  "script-src 'self'",
];

/** Gives the page at `/docs`: Swagger UI over `/openapi.json`. */
export function swaggerPage(): DocsPage {
  return {
    html: page("Focus API", {
      styles: ["/docs/swagger-ui.css", "/docs/page.css"],
      scripts: ["/docs/swagger-ui-bundle.js", "/docs/swagger-init.js"],
    }),
    // Its icons are data: images; its few inline styles are set by script, which no policy minds.
    content_security_policy: [...BASE_POLICY, "style-src 'self'", "img-src 'self' data:"].join(
      "; ",
    ),
  };
}

/** Gives the page at `/redoc`: ReDoc over `/openapi.json`. */
export function redocPage(): DocsPage {
  return {
    html: page("Focus API reference", {
      styles: ["/docs/page.css"],
      scripts: ["/docs/redoc.standalone.js", "/docs/redoc-init.js"],
    }),
    // It writes style elements while it runs, and searches in a worker made from a blob.
    content_security_policy: [
      ...BASE_POLICY,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "worker-src blob:",
    ].join("; "),
  };
}

function page(title: string, parts: { styles: string[]; scripts: string[] }): string {
  const links = parts.styles.map((href) => `<link rel="stylesheet" href="${href}">`);
  const scripts = parts.scripts.map((src) => `<script src="${src}"></script>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
${links.join("\n")}
</head>
<body>
<noscript>This page needs JavaScript; the document itself is <a href="/openapi.json">openapi.json</a>.</noscript>
<main id="docs"></main>
${scripts.join("\n")}
</body>
</html>
`;
}
