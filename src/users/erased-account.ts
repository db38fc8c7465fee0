/** No address has a slash before an @, nor any that we take lacks one: nobody can sign in or register with it. */
const MARK = "erased/";

type Account = {
  email: string;
  password_hash: string;
  display_name: string;
  role: "user" | "admin";
  is_active: boolean;
  email_verified_at: number | null;
  avatar_key: string | null;
  timezone: string;
  locale: string;
};

/** What is left of an account from its deletion on, until its row goes too: nothing of the person. */
export function blankAccount(pseudonym: string): Account {
  return {
    email: `${MARK}${pseudonym}`,
    // No stored form of any password.
    password_hash: "",
    display_name: "",
    role: "user",
    is_active: false,
    email_verified_at: null,
    avatar_key: null,
    timezone: "UTC",
    locale: "en",
  };
}

/** Says whether an account was deleted and is being erased. */
export function isErased({ email }: Pick<Account, "email">): boolean {
  return email.startsWith(MARK);
}
