import type { TestUser } from "../new-user.ts";
import { attempt, nameOf, routesOf, type Target, throwAll } from "./target.ts";

export interface GroupTarget extends Target {
  readonly people: Readonly<Record<"customer" | "staff" | "admin", Pick<TestUser, "accessToken">>>;
}

/** Who is below the group that a route asks for. */
const BELOW: Readonly<Record<string, readonly ("customer" | "staff")[]>> = {
  staff: ["customer"],
  admin: ["customer", "staff"],
};

/** OWASP API 5: customers get 403 on every route of staff's and admins', staff on admins'; who may, gets another answer. */
export const expectGroupsKept = async (target: GroupTarget): Promise<void> => {
  const wrong: string[] = [];
  for (const route of routesOf(target.app).filter(({ group, scheme }) => group !== undefined && scheme === "users")) {
    const ask = async (who: keyof GroupTarget["people"]): Promise<number> => {
      const headers = { authorization: `Bearer ${target.people[who].accessToken}` };
      return (await attempt(target, route, { headers })).status;
    };
    for (const who of BELOW[route.group ?? ""] ?? []) {
      const status = await ask(who);
      if (status !== 403) wrong.push(`${nameOf(route)} for ${String(route.group)} answered ${status} to a ${who}`);
    }
    if ((await ask("admin")) === 403) wrong.push(`${nameOf(route)} answered 403 to an admin`);
  }
  throwAll(`${target.app.service} does not keep its groups`, wrong);
};
