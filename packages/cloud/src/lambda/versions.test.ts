import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  AddPermissionCommand,
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionEventInvokeConfigCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { openSmallCloud, type SmallCloud } from "./fixtures/small-cloud.ts";
import { makeZip } from "./zip.ts";

const FunctionName = "fn";
const ARN = "arn:aws:lambda:us-east-1:000000000000:function:fn";
const codeOf = (n: number): string =>
  `exports.handler = async (event, context) => ({ n: ${n}, arn: context.invokedFunctionArn, version: context.functionVersion })`;

let cloud: SmallCloud;
let send: SmallCloud["lambdaClient"]["send"];
beforeAll(async () => {
  cloud = await openSmallCloud();
  send = cloud.lambdaClient.send.bind(cloud.lambdaClient);
  await cloud.createFunction({ name: "fn", code: codeOf(1), Tags: [{ Key: "team", Value: "a" }] });
});
afterAll(() => cloud.close());

const invoke = async (Qualifier?: string): Promise<unknown> => {
  const { Payload } = await send(new InvokeCommand({ FunctionName, Qualifier }));
  return JSON.parse(Buffer.from(Payload ?? []).toString());
};
const update = (n: number) => {
  const ZipFile = makeZip([{ name: "index.js", content: codeOf(n) }]);
  return send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
};

describe("a version", () => {
  test("keeps its code; an older one is rolled back to with the zip that GetFunction points at", async () => {
    const published = await send(new PublishVersionCommand({ FunctionName, Description: "first" }));
    expect(published).toMatchObject({ Version: "1", Description: "first", FunctionArn: `${ARN}:1` });
    await update(2);
    expect(await invoke()).toMatchObject({ n: 2, version: "$LATEST", arn: ARN });
    expect(await invoke("1")).toEqual({ n: 1, version: "1", arn: `${ARN}:1` });
    const { Code } = await send(new GetFunctionCommand({ FunctionName, Qualifier: "1" }));
    const answer = await fetch(Code?.Location ?? "");
    expect(answer.headers.get("content-type")).toBe("application/zip");
    const ZipFile = Buffer.from(await answer.arrayBuffer());
    const back = await send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    expect(back.CodeSha256).toBe(published.CodeSha256);
    expect(await invoke()).toMatchObject({ n: 1 });
  });

  test("is not downloaded with a URL that was tampered with", async () => {
    const { Code } = await send(new GetFunctionCommand({ FunctionName, Qualifier: "1" }));
    const answer = await fetch((Code?.Location ?? "").replace("Qualifier=1", "Qualifier=%24LATEST"));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("signature");
  });

  test("cannot be changed; versions come page by page", async () => {
    const change = new UpdateFunctionConfigurationCommand({ FunctionName: "fn:1", Timeout: 5 });
    await expect(send(change)).rejects.toMatchObject({ name: "InvalidParameterValueException" });
    await update(3);
    await send(new PublishVersionCommand({ FunctionName }));
    const first = await send(new ListVersionsByFunctionCommand({ FunctionName, MaxItems: 2 }));
    expect(first.Versions?.map(({ Version }) => Version)).toEqual(["$LATEST", "1"]);
    const second = await send(new ListVersionsByFunctionCommand({ FunctionName, Marker: first.NextMarker }));
    expect(second.Versions?.map(({ Version }) => Version)).toEqual(["2"]);
    expect(second.NextMarker).toBeUndefined();
  });
});

describe("an alias", () => {
  const Name = "live";

  test("names a version, and another one later", async () => {
    const made = await send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: "1" }));
    expect(made).toMatchObject({ AliasArn: `${ARN}:live`, Name, FunctionVersion: "1" });
    expect(await invoke(Name)).toEqual({ n: 1, version: "1", arn: `${ARN}:live` });
    await send(new UpdateAliasCommand({ FunctionName, Name, FunctionVersion: "2", Description: "second" }));
    expect(await invoke(Name)).toMatchObject({ n: 3, version: "2" });
    expect(await send(new GetAliasCommand({ FunctionName, Name }))).toMatchObject({ Description: "second" });
    expect((await send(new ListAliasesCommand({ FunctionName }))).Aliases).toHaveLength(1);
    expect((await send(new ListAliasesCommand({ FunctionName, FunctionVersion: "1" }))).Aliases).toEqual([]);
  });

  test.each([
    ["twice", { Name, FunctionVersion: "1" }, "ResourceConflictException", "Alias already exists"],
    ["of no version", { Name: "b", FunctionVersion: "9" }, "ResourceNotFoundException", "Function not found"],
    ["that is a number", { Name: "1", FunctionVersion: "1" }, "InvalidParameterValueException", "Name: must be"],
    ["that splits traffic", { Name: "b", FunctionVersion: "1", RoutingConfig: {} }, "NotImplemented", "RoutingConfig"],
  ])("is refused %s", async (_what, input, name, message) => {
    await expect(send(new CreateAliasCommand({ FunctionName, ...input }))).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });

  test("has its own permissions and its own way with asynchronous events", async () => {
    const permission = { Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com", StatementId: "s3" };
    await send(new AddPermissionCommand({ FunctionName, Qualifier: Name, ...permission }));
    expect(cloud.lambda.permits(`${ARN}:live`, "s3.amazonaws.com", "arn:aws:s3:::b")).toBe(true);
    expect(cloud.lambda.permits(ARN, "s3.amazonaws.com", "arn:aws:s3:::b")).toBe(false);
    const { Policy } = await send(new GetPolicyCommand({ FunctionName, Qualifier: Name }));
    expect(JSON.parse(Policy ?? "")).toMatchObject({ Statement: [{ Sid: "s3", Resource: `${ARN}:live` }] });
    await send(new PutFunctionEventInvokeConfigCommand({ FunctionName, Qualifier: Name, MaximumRetryAttempts: 0 }));
    const get = (Qualifier?: string) => send(new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier }));
    expect(await get(Name)).toMatchObject({ FunctionArn: `${ARN}:live`, MaximumRetryAttempts: 0 });
    await expect(get()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("holds its version; both go", async () => {
    const remove = () => send(new DeleteFunctionCommand({ FunctionName, Qualifier: "2" }));
    await expect(remove()).rejects.toMatchObject({ message: expect.stringContaining("[live]") });
    await send(new DeleteAliasCommand({ FunctionName, Name }));
    await remove();
    await expect(invoke("2")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(invoke(Name)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("comes from a template as well", async () => {
    const properties = { FunctionName, Name: "stable", FunctionVersion: "1" };
    const type = cloud.type("AWS::Lambda::Alias");
    expect(type.properties).not.toHaveProperty("RoutingConfig");
    const { physicalId } = await cloud.create("AWS::Lambda::Alias", properties);
    expect(physicalId).toBe(`${ARN}:stable`);
    const changed = { ...properties, FunctionVersion: "$LATEST" };
    await type.update?.(physicalId, changed, properties, cloud.context("Alias"));
    expect(await invoke("stable")).toMatchObject({ n: 3, arn: `${ARN}:stable` });
    await type.remove(physicalId, changed, cloud.context("Alias"));
    expect((await send(new ListAliasesCommand({ FunctionName }))).Aliases).toEqual([]);
  });
});

test("tags are kept, added and taken away", async () => {
  await send(new TagResourceCommand({ Resource: ARN, Tags: { stage: "local", x: "1" } }));
  expect((await send(new GetFunctionCommand({ FunctionName }))).Tags).toEqual({ team: "a", stage: "local", x: "1" });
  await send(new UntagResourceCommand({ Resource: ARN, TagKeys: ["x", "team"] }));
  expect((await send(new ListTagsCommand({ Resource: ARN }))).Tags).toEqual({ stage: "local" });
});

test("the account tells its limits and what it holds", async () => {
  expect(await send(new GetAccountSettingsCommand({}))).toMatchObject({
    AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 },
    AccountUsage: { FunctionCount: 1 },
  });
});

test("every action tells its parameters", () => {
  const silent = Object.entries(cloud.lambda.service.actions).filter(([, { parameters }]) => parameters === undefined);
  expect(silent.map(([name]) => name)).toEqual([]);
});
