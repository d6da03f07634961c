import { readFileSync } from "node:fs";
import { CloudFormationClient, ValidateTemplateCommand } from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createCloud } from "../../cloud.ts";
import { broken, DEFECTS, VALID } from "./defects.test.fixture.ts";

let cloud: Awaited<ReturnType<typeof createCloud>>;
let client: CloudFormationClient;
beforeAll(async () => {
  cloud = await createCloud({ port: 0, frozenAt: Date.parse("2026-01-01T00:00:00Z") });
  client = new CloudFormationClient({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});
afterAll(() => cloud.close());

const validate = (TemplateBody: string) => client.send(new ValidateTemplateCommand({ TemplateBody }));

describe("a template with", () => {
  test.each(DEFECTS)("$name is refused, naming resource and property", async (defect) => {
    const message = await validate(broken(defect)).then(
      () => "nothing was wrong",
      (error: Error) => error.message,
    );
    for (const text of defect.says) expect(message).toContain(text);
  });

  test.each(["image-resizer", "users"])("none of them is accepted: %s as it is packaged", async (service) => {
    const folder = new URL(`../../../../../services/${service}/.serverless/`, import.meta.url);
    const template = readFileSync(new URL("cloudformation-template-update-stack.json", folder), "utf8");
    await expect(validate(template)).resolves.toMatchObject({ Capabilities: [expect.stringMatching(/^CAPABILITY_/)] });
  });

  test("none of them is accepted", async () => {
    await expect(validate(JSON.stringify(VALID))).resolves.toMatchObject({ Capabilities: ["CAPABILITY_IAM"] });
  });
});
