// TypeScript in a project of its own, with every entry of every package: their declaration files are checked as well.
import type { Cloud, CloudOptions, Deployment } from "@warmstart/cloud";
import { createCloud } from "@warmstart/cloud";
import { inDeployOrder } from "@warmstart/cloud/dev";
import * as sigv4 from "@warmstart/cloud/sigv4";
import * as support from "@warmstart/cloud/support";
import { checkZip, type ZipReport } from "@warmstart/deploy/check-zip";
import { build, esbuildConfig } from "@warmstart/deploy/esbuild";
import { packageState } from "@warmstart/deploy/fingerprint";
import Plugin from "@warmstart/deploy/plugin";
import { arn, type RoleList, roles, within } from "@warmstart/deploy/roles";
import { useStage } from "@warmstart/deploy/stage";
import { zipEntries } from "@warmstart/deploy/zip";
import * as m from "@warmstart/middleware";
import { type App, httpEvent, type Invocation, invoke, openCloud } from "@warmstart/testing";
import { awsDouble } from "@warmstart/testing/aws-double";
import { formatTable } from "@warmstart/testing/bench";
import preset from "@warmstart/testing/jest-preset";
import { openApi, pageOf } from "@warmstart/testing/openapi";
import { expectFuzzSurvived } from "@warmstart/testing/security";
import "@warmstart/testing/matchers";
import { expect } from "@jest/globals";
import * as v from "valibot";

const options: CloudOptions = { port: 0, frozenAt: 0 };
export const up = async (): Promise<Readonly<Record<string, string>>> => {
  const cloud: Cloud = await createCloud(options);
  const deployment: Deployment = await cloud.deploy({ folder: "hello" });
  await cloud.close();
  return deployment.outputs;
};

const Person = v.strictObject({ name: v.string(), age: v.optional(v.number()) });
const { conflict } = m.errorTable({ "name-taken": 409, gone: 410 });
export const handler = m.http({ body: Person }, ({ body, caller }) => {
  const age: number | undefined = body.age;
  // @ts-expect-error: a name is a string
  const wrong: number = body.name;
  if (caller.kind === "jwt") throw conflict("name-taken", caller.sub);
  // @ts-expect-error: the status of that code is 410
  if (wrong > 1) throw conflict("gone", "");
  return m.created({ age });
});

export const called = async (): Promise<Invocation> => {
  const answer = await invoke(handler, httpEvent("POST /people", { body: { name: "Ada" } }));
  expect(answer).toBeHttp(201);
  // @ts-expect-error: a status is a number
  expect(answer).toBeHttp("201");
  return answer;
};

export const deployed = async (): Promise<App> => (await openCloud()).deploy("hello", { only: "resources" });

const list: RoleList = { greet: [{ actions: ["s3:GetObject"], resources: [arn("Notes"), within("Notes", "/*")] }] };
export const report: ZipReport = checkZip("hello.zip", "arm64");
export const all = { list, roles, build, esbuildConfig, packageState, Plugin, useStage, zipEntries, preset, openApi };
export const more = { awsDouble, pageOf, expectFuzzSurvived, formatTable, inDeployOrder, sigv4, support };
