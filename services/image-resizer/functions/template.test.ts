import { checkZip, type Architecture } from "@warmstart/deploy/check-zip";
import { describe, expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

const packaged = join(import.meta.dirname, "../.serverless");
const file = readFileSync(join(packaged, "cloudformation-template-update-stack.json"), "utf8");
const template = JSON.parse(file) as { Resources: Record<string, Resource>; Outputs: Record<string, object> }; // CloudFormation's format
const of = (type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
const properties = (logicalId: string): Readonly<Record<string, unknown>> =>
  template.Resources[logicalId]?.Properties ?? {};

const actions = (logicalId: string): string[] =>
  (JSON.stringify(properties(logicalId)).match(/"(?:s3|dynamodb|sqs|logs|lambda):\w+"/g) ?? [])
    .map((action) => action.slice(1, -1))
    .toSorted();

const logs = ["logs:CreateLogStream", "logs:PutLogEvents"];

describe("each function may do this and nothing else", () => {
  test.each([
    [
      "ResizeRole",
      [
        "dynamodb:GetItem",
        "dynamodb:UpdateItem",
        ...logs,
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:PutObject",
        "sqs:SendMessage",
      ],
    ],
    ["CreateUploadRole", ["dynamodb:PutItem", ...logs, "s3:PutObject"]],
    ["GetUploadRole", ["dynamodb:GetItem", ...logs]],
    ["ListImagesRole", ["dynamodb:Query", ...logs]],
    ["GetImageRole", ["dynamodb:GetItem", ...logs]],
  ])("%s", (logicalId, expected) => {
    expect(actions(logicalId)).toEqual(expected);
  });

  test("resize puts into the variants alone", () => {
    const put = JSON.stringify(properties("ResizeRole")).match(/"s3:PutObject"\],"Resource":(\[.*?\])/)?.[1];
    expect(put).toBe('[{"Fn::Sub":"${VariantsBucket.Arn}/images/*"}]');
  });
});

test("only uploads start the function; three attempts, then the failure queue", () => {
  const { NotificationConfiguration } = properties("S3BucketOriginals");
  expect(JSON.stringify(NotificationConfiguration)).toContain('[{"Name":"prefix","Value":"uploads/"}]');
  const [[, config] = ["", undefined]] = of("AWS::Lambda::EventInvokeConfig");
  expect(config?.Properties).toMatchObject({
    MaximumRetryAttempts: 2,
    DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": ["FailedQueue", "Arn"] } } },
  });
  expect(of("AWS::CloudWatch::Alarm").map(([logicalId]) => logicalId)).toEqual(["FailedAlarm", "ServerErrorAlarm"]);
});

test("all four routes want a signature", () => {
  const routes = of("AWS::ApiGatewayV2::Route").map(([, route]) => route.Properties);
  expect(routes.map((route) => String(route["RouteKey"])).toSorted((a, b) => a.localeCompare(b))).toEqual([
    "GET /images",
    "GET /images/{id}",
    "GET /uploads/{uploadId}",
    "POST /uploads",
  ]);
  expect(new Set(routes.map((route) => route["AuthorizationType"]))).toEqual(new Set(["AWS_IAM"]));
});

test("the API's address and id are exported", () => {
  expect(template.Outputs["ApiUrl"]).toMatchObject({ Export: { Name: "image-resizer-local-ApiUrl" } });
  expect(template.Outputs["ApiId"]).toMatchObject({ Export: { Name: "image-resizer-local-ApiId" } });
});

describe("the zip", () => {
  test("holds sharp for the function's architecture, and is at most 10 MB", () => {
    const [architecture] = properties("ResizeLambdaFunction")["Architectures"] as [Architecture];
    const { binaries, zippedBytes } = checkZip(join(packaged, "resize.zip"), architecture);
    expect(binaries.length).toBe(2);
    expect(zippedBytes).toBeLessThan(10_000_000);
  });

  test("is at most 200 KB without sharp, as are those of the other functions", () => {
    const rest = zippedSize(readFileSync(join(packaged, "resize.zip")), (name) => !name.startsWith("node_modules/"));
    expect(rest).toBeGreaterThan(50 * 1024);
    expect(rest).toBeLessThan(200 * 1024);
    const zips = readdirSync(packaged).filter((name) => name.endsWith(".zip") && name !== "resize.zip");
    expect(zips).toHaveLength(4);
    for (const name of zips) expect(readFileSync(join(packaged, name)).length).toBeLessThan(200 * 1024);
  });
});

/** Compressed bytes of the chosen files, by the zip's central directory. */
const zippedSize = (zip: Buffer, choose: (name: string) => boolean): number => {
  let total = 0;
  for (let at = zip.indexOf("PK\x01\x02"); at >= 0; at = zip.indexOf("PK\x01\x02", at + 4)) {
    const name = zip.toString("utf8", at + 46, at + 46 + zip.readUInt16LE(at + 28));
    if (choose(name)) total += zip.readUInt32LE(at + 20);
  }
  return total;
};
