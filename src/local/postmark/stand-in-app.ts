import { escapeHtml } from "./escape-html.ts";

/** A page and the policy it is served under. */
export type StandInPage = { html: string; content_security_policy: string };

/**
 * The page that a mail's link opens on this machine, where no app is: it stands in for the app, and
 * does with the token what the app would do. `api_url` is the API it calls.
 */
export function standInApp(path: string, api_url: string): StandInPage {
  return {
    html: `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="api" content="${escapeHtml(api_url)}" />
    <title>Your app</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/app.css" />
    <script type="module" src="/app.js"></script>
  </head>
  <body>
    <main>
      <p class="hint">This page stands in for your app. The mail’s link leads to</p>
      <p><code>${escapeHtml(path)}</code></p>
      <form hidden>
        <label hidden>New password <input type="password" autocomplete="new-password" /></label>
        <button></button>
      </form>
      <output aria-live="polite"></output>
    </main>
  </body>
</html>
`,
    content_security_policy: `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src ${new URL(api_url).origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}
