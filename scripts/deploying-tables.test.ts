// docs/deploying.md: its tables and its policy name what the services have.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { compiledResources, type Resource } from "./check-services/template.ts";
import { blocksOf } from "./readme.ts";
import { root, serviceFolder, services } from "./repository.ts";

const PAGE = "docs/deploying.md";
const page = readFileSync(join(root, PAGE), "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("|"));

/** Whether one row has this in code, and the service by name or as one of all. */
const stands = (service: string, code: string): boolean =>
  rows.some((row) => row.includes(`\`${code}\``) && (row.includes(service) || /\| all\b/.test(row)));

const idsOf = (service: string, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(compiledResources(service)).filter(([, { Type }]) => Type === type);

test.each(services())("%s: every parameter stands in the table", (service) => {
  const text = readFileSync(join(serviceFolder(service), "serverless.yml"), "utf8");
  const [, defaults = ""] = /^params:\n {2}default:\n((?: {4}.*\n)+)/m.exec(text) ?? [];
  const names = [...defaults.matchAll(/^ {4}(\w+):/gm)].map(([, name = ""]) => name);
  expect(names).toContain("throttleRate");
  expect(names.filter((name) => !stands(service, name))).toEqual([]);
});

test.each(services())("%s: every alarm stands in the table", (service) => {
  const names = idsOf(service, "AWS::CloudWatch::Alarm").map(([name]) => name);
  expect(names.filter((name) => !stands(service, name))).toEqual([]);
});

test.each(services())("%s: every dead-letter queue stands in the table", (service) => {
  const text = JSON.stringify(compiledResources(service));
  const targets = [...text.matchAll(/"(?:deadLetterTargetArn|Destination)":{"Fn::GetAtt":\["(\w+)","Arn"\]/g)];
  const queues = new Set(idsOf(service, "AWS::SQS::Queue").map(([name]) => name));
  const names = targets.map(([, name = ""]) => name).filter((name) => queues.has(name));
  expect(names.filter((name) => !stands(service, name))).toEqual([]);
  // What rests in a queue that nobody is told of is lost.
  expect([...queues].filter((name) => /Dead|Failed|Lost/.test(name) && !stands(service, name))).toEqual([]);
});

test.each(services())("%s: its buckets are emptied before it is removed", (service) => {
  const typed = blocksOf(PAGE).find(({ code }) => code.startsWith("for bucket in images-originals"))?.code ?? "";
  const names = idsOf(service, "AWS::S3::Bucket").map(([, { Properties }]) => Properties?.["BucketName"]);
  const ends = names.filter((name) => typeof name === "string").map((name) => name.split("-local-").at(-1) ?? "");
  expect(ends.filter((end) => !new RegExp(`-${end}\\b`).test(typed))).toEqual([]);
});

/** Of a resource type, where it is not the type's own name. */
const PREFIXES: Readonly<Record<string, string>> = { ApiGatewayV2: "apigateway", Cognito: "cognito-idp" };

test("the policy of deployers has every service that the templates use", () => {
  const policies = blocksOf(PAGE).filter(({ language }) => language === "json");
  const { Statement } = JSON.parse(policies.at(-1)?.code ?? "") as { Statement: readonly { Action: unknown }[] }; // IAM's format
  const allowed = new Set(Statement.flatMap(({ Action }) => [Action].flat().map((each) => String(each).split(":")[0])));
  const types = services().flatMap((name) => Object.values(compiledResources(name)).map(({ Type }) => Type));
  const used = new Set(types.map((type) => type.split("::")[1] ?? ""));
  expect([...used].map((name) => PREFIXES[name] ?? name.toLowerCase()).filter((name) => !allowed.has(name))).toEqual(
    [],
  );
});
