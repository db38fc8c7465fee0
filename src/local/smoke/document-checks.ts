import type { Check } from "./check.ts";
import { demandHeader, demandStatus, jsonOf } from "./demand.ts";
import { examineDocument } from "./openapi.ts";
import { Fault, type Target } from "./target.ts";

/** A route of each family: whoever forgets to mount one deploys without it. */
const FAMILIES = [
  "GET /api/health",
  "GET /api/catalogue",
  "POST /api/auth/login",
  "GET /api/users/me",
  "GET /api/users/me/stats",
  "GET /api/users/me/live",
  "PUT /api/users/me/avatar",
  "GET /avatars/{key}",
  "POST /api/activities",
  "GET /api/activities/stats/weekly",
  "GET /api/blocked/decisions",
  "GET /api/challenges",
  "GET /api/challenges/{id}/leaderboard",
  "GET /api/challenges/{id}/live",
  "GET /api/admin/system/health",
  "GET /api/admin/stats/overview",
  "POST /api/mail/unsubscribe",
  "POST /api/webhooks/postmark",
  "GET /metrics",
];
const SHOWN_FAULTS = 5;

/** Whether the API's description is there and whole, and the pages that show it. */
export function documentChecks(): Check[] {
  return [
    { name: "/openapi.json", look: lookAtDocument },
    ...["/docs", "/redoc"].map((path) => ({
      name: path,
      look: async (target: Target) => await lookAtPage(target, path),
    })),
  ];
}

async function lookAtDocument({ ask }: Target): Promise<string> {
  const answer = await ask("/openapi.json");
  demandStatus(answer, 200);
  demandHeader(answer, "content-type", /^application\/json\b/);
  const document = jsonOf(answer);
  const { faults, operations } = examineDocument(document);
  if (faults.length > 0) throw new Fault(faults.slice(0, SHOWN_FAULTS).join("; "));
  const { paths } = document as { paths: Record<string, Record<string, unknown>> };
  const missing = FAMILIES.filter((family) => {
    const [method = "", path = ""] = family.split(" ");
    return paths[path]?.[method.toLowerCase()] === undefined;
  });
  if (missing.length > 0) throw new Fault(`names no ${missing.join(", no ")}`);
  return `${operations} routes, every family among them`;
}

async function lookAtPage({ ask }: Target, path: string): Promise<string> {
  const page = await ask(path);
  demandStatus(page, 200);
  demandHeader(page, "content-type", /^text\/html\b/);
  demandHeader(page, "content-security-policy", /default-src 'none'/);
  const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = ""]) => link);
  if (!links.some((link) => link.endsWith(".js"))) throw new Fault("the page loads no script");
  for (const link of links) {
    if (!link.startsWith("/")) throw new Fault(`the page loads ${link} from elsewhere`);
    const file = await ask(link);
    demandStatus(file, 200);
    demandHeader(file, "x-content-type-options", /^nosniff$/);
    demandHeader(file, "content-type", typeOf(link));
    if (file.text === "") throw new Fault(`${link} is empty`);
  }
  return `with its ${links.length} files`;
}

/** Browsers take a script or a style of no other type, since sniffing is off. */
function typeOf(link: string): RegExp {
  if (link.endsWith(".js")) return /^(text|application)\/javascript\b/;
  if (link.endsWith(".css")) return /^text\/css\b/;
  if (link.endsWith(".png")) return /^image\/png\b/;
  return /./;
}
