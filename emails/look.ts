import { html } from "./html.ts";

/** The faces every phone and mail program has; nothing is loaded. */
export const sans =
  "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";

/** Colours of the light look, written into each element for programs that drop style sheets. */
export const light = {
  page: "#f5f2ec",
  card: "#ffffff",
  line: "#e7e1d6",
  ink: "#20241f",
  quiet: "#666a62",
  accent: "#1d6b57",
  onAccent: "#ffffff",
  link: "#1d6b57",
  panel: "#eef5f1",
} as const;

/** The dark look, and the narrower one, by class over the inline colours. */
export const darkStyles = html`<style>
  :root {
    color-scheme: light dark;
    supported-color-schemes: light dark;
  }
  @media (max-width: 480px) {
    .card {
      padding: 28px 20px 10px !important;
      border-radius: 16px !important;
    }
    .large {
      font-size: 34px !important;
      line-height: 42px !important;
    }
  }
  @media (prefers-color-scheme: dark) {
    .page {
      background: #131614 !important;
    }
    .card {
      background: #1d211f !important;
      border-color: #2c322e !important;
    }
    .ink {
      color: #e9ece8 !important;
    }
    .quiet {
      color: #a2aaa3 !important;
    }
    .link,
    .accent {
      color: #7fd4b8 !important;
    }
    .ring {
      border-color: #7fd4b8 !important;
    }
    .button {
      background: #7fd4b8 !important;
      color: #0e231c !important;
    }
    .panel {
      background: #24302b !important;
    }
    .rule {
      border-color: #2c322e !important;
    }
  }
</style>`;
