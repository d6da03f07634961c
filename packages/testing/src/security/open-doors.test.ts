// A service without any guard: every check must say so.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import type { App } from "../app.ts";
import type { HttpResult } from "../http-client.ts";
import { newUser } from "../new-user.ts";
import { openApi } from "../openapi.ts";
import { openCloud, type TestCloud } from "../open-cloud.ts";
import { expectBadInputRefused, expectForeignObjectsHidden, expectFuzzSurvived, expectGroupsKept, expectServerFieldsRefused, expectTokensRefused } from "../security.ts"; // prettier-ignore

const codes = { "malformed-json": 400, "invalid-query": 400, "invalid-header": 400, unauthenticated: 401, "forbidden-role": 403, "not-found": 404, "etag-mismatch": 412, "body-too-large": 413, "unsupported-media-type": 415, "validation-failed": 422, "if-match-required": 428, internal: 500, "dependency-unavailable": 503 } as const; // prettier-ignore
const document = openApi({
  title: "things",
  description: "",
  codes,
  schemas: {},
  routes: {
    "PATCH /v1/things/{id}": {
      id: "updateThing",
      summary: "",
      security: "users",
      group: "admin",
      path: v.object({ id: v.string() }),
      body: v.strictObject({ name: v.string(), at: v.optional(v.number()) }),
      ifMatch: "required",
      answers: { 200: { description: "" } },
    },
    "GET /internal/things": { id: "things", summary: "", security: "iam", answers: { 200: { description: "" } } },
  },
});

let folder: string;
let cloud: TestCloud;
let status = 200;
let changes = 0;
beforeAll(async () => {
  cloud = await openCloud();
  folder = mkdtempSync(join(tmpdir(), "open-doors-"));
  writeFileSync(join(folder, "openapi.json"), JSON.stringify(document));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await cloud.close();
});

const answer = async (): Promise<HttpResult> => {
  changes++;
  return { status, headers: {}, body: Buffer.from(""), text: "", json: undefined };
};
const open = (): App => ({ service: "things", folder, http: { get: answer, patch: answer } }) as unknown as App; // what the checks use of it
const headers = { authorization: "Bearer x" };

describe("a service that answers 200 to everything", () => {
  test("takes fields of the server's", async () => {
    const check = expectServerFieldsRefused({ app: open(), headers });
    await expect(check).rejects.toThrow("PATCH /v1/things/{id} answered 200 to a body with ownerId");
  });

  test("takes bad input", async () => {
    const check = expectBadInputRefused({ app: open(), headers });
    await expect(check).rejects.toThrow(
      /answered 200 to a body of 1 MB[^]*to \?no-such-parameter=1[^]*to If-Match: v1/,
    );
  });

  test("does not know groups", async () => {
    const [customer, staff, admin] = [{ accessToken: "c" }, { accessToken: "s" }, { accessToken: "a" }];
    const check = expectGroupsKept({ app: open(), people: { customer, staff, admin } });
    await expect(check).rejects.toThrow(/for admin answered 200 to a customer[^]*to a staff/);
  });

  test("shows objects to strangers, and one that changes them is named", async () => {
    const target = { app: open(), headers, path: { id: "t1" } };
    const shown = expectForeignObjectsHidden({ ...target, read: async () => 1 });
    await expect(shown).rejects.toThrow("things shows objects to strangers:\nPATCH /v1/things/{id} answered 200");
    const changed = expectForeignObjectsHidden({ ...target, read: async () => changes });
    await expect(changed).rejects.toThrow("PATCH /v1/things/{id} changed somebody else's object");
    const unnamed = expectForeignObjectsHidden({ ...target, path: {}, read: async () => 1 });
    await expect(unnamed).rejects.toThrow("Give somebody else's id in path");
  });

  test("lets every token in", async () => {
    const idp = (action: string, input: object) =>
      cloud.call("cognito-idp", `AWSCognitoIdentityProviderService.${action}`, input);
    const pool = { PoolName: "p", UsernameAttributes: ["email"], AutoVerifiedAttributes: ["email"] };
    const { UserPool } = (await idp("CreateUserPool", pool)) as { UserPool: { Id: string } };
    const client = { UserPoolId: UserPool.Id, ClientName: "w", ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] };
    const { UserPoolClient } = (await idp("CreateUserPoolClient", client)) as { UserPoolClient: { ClientId: string } };
    const users = { outputs: { PoolId: UserPool.Id, ClientId: UserPoolClient.ClientId } };
    const check = expectTokensRefused({ app: open(), cloud, users, user: await newUser(cloud, users) });
    await expect(check).rejects.toThrow(
      /200 to a token with alg none[^]*HS256 with the public key[^]*not yet valid[^]*an ID token[^]*with iam answered 200 to a JWT/,
    );
  });

  test("survives hostile requests, and one that answers 500 does not; the case is told", async () => {
    const target = { app: open(), cloud, callers: [headers], cases: 20 } as const;
    expect((await expectFuzzSurvived(target)).statuses).toEqual({ 200: 20 });
    status = 500;
    await expect(expectFuzzSurvived({ ...target, seed: 7 })).rejects.toThrow(
      /500 for case 0 of seed 7, (?:PATCH|GET) /,
    );
  });
});
