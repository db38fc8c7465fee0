import type { Stack } from "../../../local/stack.ts";
import { Phone } from "../../outage/phone.ts";
import { Model } from "./model.ts";
import type { Rule } from "./own-dates.ts";
import type { PersonPlan } from "./plan.ts";
import { rowsOf } from "./stored.ts";

/** Somebody of a run: their phones, what these will do, and what that comes to. */
export type Person = { phone: Phone; plan: PersonPlan; model: Model };

/** Signs a person up who has lived by these day rules for long: no phone can change its past. */
export async function settle(stack: Stack, plan: PersonPlan): Promise<Person> {
  const now = plan.rules.at(-1);
  const phone = await Phone.signUp(stack, "Ada", now?.timezone);
  const url = stack.planetscale.url;
  await rowsOf(url, "delete from user_day_rules where user_id = ?", [phone.user_id]);
  const valuesOf = ({ since_s, timezone, day_start_minute }: Rule) => [
    phone.user_id,
    new Date(since_s * 1_000).toISOString().slice(0, 23).replace("T", " "),
    timezone,
    day_start_minute,
  ];
  await rowsOf(
    url,
    `insert into user_day_rules (user_id, since, timezone, day_start_minute) values ${plan.rules.map(() => "(?, ?, ?, ?)").join()}`,
    plan.rules.flatMap(valuesOf),
  );
  await rowsOf(url, "update users set day_start_minute = ? where id = ?", [
    now?.day_start_minute ?? 0,
    phone.user_id,
  ]);
  // Any change of the profile makes the object read its facts anew.
  const changed = await phone.call("PUT", "/users/me", { display_name: "Grace" });
  if (changed.status !== 200) throw new Error(`PUT /users/me answered ${changed.status}`);
  return { phone, plan, model: new Model(plan.dates) };
}
