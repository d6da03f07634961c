import { attempt, nameOf, routesOf, sampleBody, type Target, throwAll } from "./target.ts";
import { propertiesOf } from "./sample.ts";

export interface CallerTarget extends Target {
  /** Credentials that every route takes: `{ authorization: "Bearer …" }`, of an admin where routes ask for one. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Written by the server alone, in one service or another. */
const SERVER_FIELDS = ["id", "ownerId", "userId", "role", "version", "status", "price", "clicks", "createdAt", "updatedAt", "pk", "sk", "__proto__", "constructor"]; // prettier-ignore

/** OWASP API 3: a right JSON body with a field of the server's own is a 422 that points at the field, on every route. */
export const expectServerFieldsRefused = async (target: CallerTarget): Promise<void> => {
  const wrong: string[] = [];
  for (const route of routesOf(target.app)) {
    const { bodySchema, bodyType = "", document } = route;
    if (bodySchema === undefined || !bodyType.includes("json")) continue;
    const known = propertiesOf(bodySchema, document);
    for (const field of SERVER_FIELDS.filter((name) => !Object.hasOwn(known, name))) {
      const right = JSON.stringify(sampleBody(route, target.bodies));
      const body = `${right.slice(0, -1)}${right === "{}" ? "" : ","}${JSON.stringify(field)}:"x"}`;
      const { status, json } = await attempt(target, route, { headers: target.headers, body });
      const { errors = [] } = (json ?? {}) as { errors?: readonly { pointer: string }[] }; // held against the document
      const isNamed = errors.some(({ pointer }) => pointer === `#/${field}`);
      if (status !== 422 || !isNamed) wrong.push(`${nameOf(route)} answered ${status} to a body with ${field}`);
    }
  }
  throwAll(`${target.app.service} takes fields that are the server's`, wrong);
};
