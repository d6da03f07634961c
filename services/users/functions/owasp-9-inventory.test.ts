// OWASP API 9: what is routed is what is documented, nothing else. (openapi.test.ts compares document and template.)
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openUsers, ROUTES, type Users } from "../test/open-users.ts";

let users: Users;
beforeAll(async () => {
  users = await openUsers();
});
afterAll(() => users.cloud.close());

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
const PATHS = [...new Set(ROUTES.map(({ path }) => path))];

const isKnown = (method: string, path: string) =>
  ROUTES.some((route) => route.method === method && route.path === path);

test("other methods of documented paths, and paths that are near them, do not exist", async () => {
  const admin = await users.person({ group: "admin" });
  const headers = { authorization: `Bearer ${admin.accessToken}` };
  const before = (await users.cloud.requests({ service: "lambda" })).length;
  const found: string[] = [];
  const tryIt = async (method: (typeof METHODS)[number], path: string) => {
    const { status, json } = await users.app.http[method](path, { headers });
    const isGateways404 = status === 404 && JSON.stringify(json) === '{"message":"Not Found"}';
    if (!isGateways404) found.push(`${method} ${path} answered ${status}`);
  };
  for (const path of PATHS) {
    const at = path.replace("{id}", admin.id);
    for (const method of METHODS.filter((each) => !isKnown(each, path))) await tryIt(method, at);
    const near = [`${at}/`, `${at}/x`, `/m${at}`, at.replace("/v1", "/v2"), at.replace("/v1", "")];
    for (const other of near.filter((each) => each !== "/openapi.json" && each !== "/v1/users/x"))
      await tryIt("get", other);
  }
  expect(found).toEqual([]);
  expect((await users.cloud.requests({ service: "lambda" })).length).toBe(before);
});
