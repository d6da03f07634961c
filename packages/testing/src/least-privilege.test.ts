import { afterAll, beforeAll, expect, test } from "@jest/globals";
import "./matchers.ts";
import type { App } from "./app.ts";
import { send } from "./http-client.ts";
import { expectLeastPrivilege, type RoleRights } from "./least-privilege.ts";
import { openCloud, type TestCloud } from "./open-cloud.ts";
import { NO_POOL } from "./user-pool.ts";

let cloud: TestCloud;
let app: App;
beforeAll(async () => {
  cloud = await openCloud();
  app = await cloud.deploy("services/url-shortener", { imports: NO_POOL });
});
afterAll(() => cloud.close());

const only = (role: string): Pick<App, "stackName" | "rights"> => ({
  stackName: app.stackName,
  rights: async () => (await app.rights()).filter((rights) => rights.role === role),
});

test("a granted action that was never used is named, until it is used", async () => {
  await expect(expectLeastPrivilege(only("RedirectRole"))).rejects.toThrow(
    "RedirectRole dynamodb:GetItem is granted and was never used",
  );
  await app.http.get("/nope");
  const unused = ["RedirectRole dynamodb:UpdateItem"];
  await expectLeastPrivilege(only("RedirectRole"), { unused });
});

test("a denied call is named with its resource", async () => {
  const env = await app.env("redirect");
  const keys = {
    accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
    sessionToken: env["AWS_SESSION_TOKEN"] ?? "",
  };
  const target = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.Scan" };
  const body = JSON.stringify({ TableName: app.resource("LinksTable") });
  await send("POST", cloud.endpoint, { headers: target, body, sign: { service: "dynamodb", keys } });
  await expect(expectLeastPrivilege(only("RedirectRole"))).rejects.toThrow(
    /RedirectRole dynamodb:Scan arn:aws:dynamodb:.*\/url-shortener-local-links was denied/,
  );
});

test("a wildcard is used by each action that it covers", async () => {
  const rights: RoleRights = { role: "R", granted: ["s3:Get*", "sqs:*"], used: ["s3:GetObject"], denied: [] };
  const stack = { stackName: "s", rights: () => Promise.resolve([rights]) };
  await expect(expectLeastPrivilege(stack)).rejects.toThrow("R sqs:* is granted and was never used");
});
