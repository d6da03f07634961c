import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { App } from "../app.ts";
import { newUser, type TestUser } from "../new-user.ts";
import { openCloud, type TestCloud } from "../open-cloud.ts";
import {
  expectBadInputRefused,
  expectForeignObjectsHidden,
  expectFuzzSurvived,
  expectGroupsKept,
  expectServerFieldsRefused,
  expectTokensRefused,
} from "../security.ts";

let cloud: TestCloud;
let users: App;
let shortener: App;
let people: Record<"customer" | "staff" | "admin", TestUser>;
let code: string;

const bearer = ({ accessToken }: TestUser) => ({ authorization: `Bearer ${accessToken}` });

beforeAll(async () => {
  cloud = await openCloud();
  users = await cloud.deploy("services/users");
  shortener = await cloud.deploy("services/url-shortener");
  const [customer, staff, admin] = await Promise.all([
    newUser(cloud, users),
    newUser(cloud, users, { group: "staff" }),
    newUser(cloud, users, { group: "admin" }),
  ]);
  people = { customer, staff, admin };
  const body = { url: "https://example.com" };
  const { json } = await shortener.http.post("/v1/links", { headers: bearer(customer), body });
  ({ code } = json as { code: string });
});
afterAll(() => cloud.close());

const bodies = { createLink: { url: "https://example.org" } };

test("no hostile token opens a door", () =>
  expectTokensRefused({ app: shortener, cloud, users, user: people.admin, path: { code, id: "k" }, bodies }));

test("groups keep their routes", () => expectGroupsKept({ app: shortener, people, path: { code }, bodies }));

test("a field of the server's is named and refused", () =>
  expectServerFieldsRefused({ app: users, headers: bearer(people.admin), path: { id: people.customer.id } }));

test("bad input is refused", () =>
  expectBadInputRefused({ app: users, headers: bearer(people.admin), path: { id: people.customer.id } }));

test("strangers see nothing, and change nothing", async () => {
  const read = async () => (await shortener.http.get(`/v1/links/${code}`, { headers: bearer(people.customer) })).json;
  const path = { code, id: "unknown" };
  const stranger = { app: shortener, path, bodies, headers: bearer(people.staff), read };
  expect(await expectForeignObjectsHidden(stranger)).toContain("GET /v1/links/{code}");
});

test("hostile requests are answered with 2xx to 4xx", async () => {
  const callers = [{}, bearer(people.customer)] as const;
  const { statuses } = await expectFuzzSurvived({ app: shortener, cloud, callers, path: { code }, bodies });
  expect(Object.keys(statuses)).toEqual(expect.arrayContaining(["400", "401", "404", "422"]));
});
