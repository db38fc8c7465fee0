import type { Context } from "../platform/context.ts";
import { authErrors } from "./auth.errors.ts";

/** The binding counts a minute; after it, the next try is welcome. */
const WINDOW_SECONDS = 60;

/**
 * Counts a call against its IP address before anything is hashed or looked up. Only
 * `CF-Connecting-IP` names the address; without it (no Cloudflare in front) nothing is counted.
 * Raises `too_many_attempts`.
 */
export async function limitAddress(ctx: Context): Promise<void> {
  if (ctx.origin.ip === null) return;
  const { success } = await ctx.bindings.AUTH_LIMIT.limit({ key: networkOf(ctx.origin.ip) });
  if (!success) throw authErrors.too_many_attempts({ retry_after_seconds: WINDOW_SECONDS });
}

/** The network an address counts as: itself for IPv4, its /64 for IPv6, where one host has them all. */
export function networkOf(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [head = "", tail] = ip.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  const filled =
    tail === undefined
      ? groups
      : [
          ...groups,
          ...Array<string>(Math.max(0, 8 - groups.length - tail.split(":").length)).fill("0"),
        ];
  return filled
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
