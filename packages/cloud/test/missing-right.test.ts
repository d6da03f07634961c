// One statement less in one role breaks exactly the route that needs it, in AWS's words, as it would on AWS.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type App, openCloud, type TestCloud } from "@warmstart/testing";

const PACKAGED = join(import.meta.dirname, "../../../services/url-shortener/.serverless");
const BROWSER = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" };

interface Statement {
  readonly Action: readonly string[];
}

interface Template {
  readonly Resources: Record<string, { Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] } }>;
}

/** The package again, without the statement of the redirect's role that allows this action. */
const packageWithout = (action: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "warmstart-missing-right-"));
  cpSync(PACKAGED, join(folder, ".serverless"), { recursive: true });
  const path = join(folder, ".serverless/cloudformation-template-update-stack.json");
  const template = JSON.parse(readFileSync(path, "utf8")) as Template; // osls wrote it
  for (const { PolicyDocument } of template.Resources["RedirectRole"]?.Properties.Policies ?? []) {
    PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Action }) => !Action.includes(action));
  }
  writeFileSync(path, JSON.stringify(template));
  return folder;
};

const imports = { "users-local-Issuer": "https://users.example", "users-local-ClientId": "nobody" };
let cloud: TestCloud;
let app: App;
let folder: string;

beforeAll(async () => {
  cloud = await openCloud();
  app = await cloud.deploy("services/url-shortener", { imports });
  folder = packageWithout("dynamodb:GetItem");
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cloud.close();
});

test("the redirect answers 500, its log and the denials name the missing right, the other routes go on", async () => {
  expect((await app.http.get("/nothing1", { headers: BROWSER })).status).toBe(404);
  await cloud.ask("POST", "/deploy", { folder, imports });

  const denied = await app.http.get("/nothing1", { headers: BROWSER });
  expect(denied.status).toBe(500);
  expect(denied.text).not.toMatch(/arn:aws|dynamodb/i);
  await cloud.idle();
  const log = (await cloud.logs("redirect")).map(({ message }) => message).join("\n");
  expect(log).toMatch(
    /User: arn:aws:sts::000000000000:assumed-role\/\S+ is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table\/\S+ because no identity-based policy allows the dynamodb:GetItem action/,
  );
  expect(await cloud.denials()).toContainEqual(
    expect.objectContaining({
      action: "dynamodb:GetItem",
      missing: expect.objectContaining({ Effect: "Allow", Action: "dynamodb:GetItem" }),
    }),
  );

  expect((await app.http.get("/p/nothing1", { headers: BROWSER })).status).toBe(404);
  expect((await app.http.get("/openapi.json")).status).toBe(200);

  await cloud.deploy("services/url-shortener", { imports });
  expect((await app.http.get("/nothing1", { headers: BROWSER })).status).toBe(404);
});
