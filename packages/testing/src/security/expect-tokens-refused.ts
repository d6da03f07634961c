import type { App } from "../app.ts";
import type { TestUser } from "../new-user.ts";
import type { TestCloud } from "../open-cloud.ts";
import { attempt, nameOf, routesOf, type Target, throwAll } from "./target.ts";
import { hostileTokens } from "./tokens.ts";

export interface TokenTarget extends Target {
  readonly cloud: TestCloud;
  /** The deployed services/users. */
  readonly users: Pick<App, "outputs">;
  /** Somebody who may use every route; their real token must open each. */
  readonly user: TestUser;
}

const bearer = (token: string): Record<string, string> => (token === "" ? {} : { authorization: `Bearer ${token}` });

/**
 * OWASP API 2: each of 25 hostile tokens gets a 401 on every route for people, and a right one gets no further than 403 on
 * routes for keys and signatures. The right token is tried on each GET too, so that a closed door is not taken for a guard.
 */
export const expectTokensRefused = async (target: TokenTarget): Promise<void> => {
  const { app, cloud, users, user } = target;
  const routes = routesOf(app).filter(({ scheme }) => scheme !== undefined);
  const tokens = await hostileTokens(cloud, users, user);
  const wrong: string[] = [];
  for (const route of routes.filter(({ scheme }) => scheme === "users")) {
    for (const [name, token] of Object.entries(tokens)) {
      const { status } = await attempt(target, route, { headers: bearer(token) });
      if (status !== 401) wrong.push(`${nameOf(route)} answered ${status} to a token with ${name}`);
    }
    if (route.method !== "GET") continue;
    const { status } = await attempt(target, route, { headers: bearer(user.accessToken) });
    if (status === 401) wrong.push(`${nameOf(route)} answered 401 to the right token`);
  }
  for (const route of routes.filter(({ scheme }) => scheme !== "users")) {
    const { status } = await attempt(target, { ...route, scheme: undefined }, { headers: bearer(user.accessToken) });
    if (status !== 401 && status !== 403)
      wrong.push(`${nameOf(route)} with ${route.scheme ?? ""} answered ${status} to a JWT`);
  }
  throwAll(`${app.service} lets hostile tokens in`, wrong);
};
