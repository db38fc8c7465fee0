/** Says whether an `If-None-Match` header (RFC 9110, 13.1.2) names the entity tag, weakly compared. */
export function isKnownToCaller(if_none_match: string | undefined, etag: string): boolean {
  if (if_none_match === undefined) return false;
  if (if_none_match.trim() === "*") return true;
  return if_none_match.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
