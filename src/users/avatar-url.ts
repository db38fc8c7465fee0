/** The public address of an avatar, by the unguessable key under which R2 keeps it. */
export function avatarUrl(public_url: string, avatar_key: string | null): string | null {
  return avatar_key === null ? null : `${public_url}/avatars/${avatar_key}`;
}
