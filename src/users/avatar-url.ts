/** The public address of an avatar, by the unguessable key that its account holds. */
export function avatarUrl(public_url: string, avatar_key: string | null): string | null {
  return avatar_key === null ? null : `${public_url}/avatars/${avatar_key}`;
}

/** The name under which R2 keeps an avatar: apart from other files, which no address leads to. */
export function avatarFile(avatar_key: string): string {
  return `avatars/${avatar_key}`;
}
