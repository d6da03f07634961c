import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  ListAliasesCommand,
  paginateListVersionsByFunction,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { openSmallCloud, type SmallCloud } from "./small-cloud.test.fixture.ts";
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
  await cloud.createFunction({ name: "fn", code: codeOf(1) });
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
const publish = () => cloud.create("AWS::Lambda::Version", { FunctionName });

describe("a version", () => {
  test("keeps its code; an older one is rolled back to with the zip that GetFunction points at", async () => {
    expect(await publish()).toMatchObject({ physicalId: `${ARN}:1`, attributes: { Version: "1" } });
    await update(2);
    expect(await invoke()).toMatchObject({ n: 2, version: "$LATEST", arn: ARN });
    expect(await invoke("1")).toEqual({ n: 1, version: "1", arn: `${ARN}:1` });
    const published = await send(new GetFunctionCommand({ FunctionName, Qualifier: "1" }));
    const answer = await fetch(published.Code?.Location ?? "");
    expect(answer.headers.get("content-type")).toBe("application/zip");
    const ZipFile = Buffer.from(await answer.arrayBuffer());
    const back = await send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    expect(back.CodeSha256).toBe(published.Configuration?.CodeSha256);
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
    await publish();
    const pages: (readonly (string | undefined)[])[] = [];
    for await (const { Versions = [] } of paginateListVersionsByFunction(
      { client: cloud.lambdaClient, pageSize: 1 },
      { FunctionName },
    ))
      pages.push(Versions.map(({ Version }) => Version));
    expect(pages).toEqual([["$LATEST"], ["1"], ["2"]]);
  });
});

const Name = "live";
const type = () => cloud.type("AWS::Lambda::Alias");
const create = (input: object) => cloud.create("AWS::Lambda::Alias", { FunctionName, ...input });
const context = () => cloud.context("Alias");
const removeSecond = () => send(new DeleteFunctionCommand({ FunctionName, Qualifier: "2" }));

describe("an alias", () => {
  test("names a version, and another one later", async () => {
    const properties = { FunctionName, Name, FunctionVersion: "1" };
    const { physicalId } = await create(properties);
    expect(physicalId).toBe(`${ARN}:live`);
    expect(await invoke(Name)).toEqual({ n: 1, version: "1", arn: `${ARN}:live` });
    await type().update?.(physicalId, { ...properties, FunctionVersion: "2" }, properties, context());
    expect(await invoke(Name)).toMatchObject({ n: 3, version: "2" });
    expect((await send(new ListAliasesCommand({ FunctionName }))).Aliases).toEqual([
      { AliasArn: `${ARN}:live`, Name, FunctionVersion: "2", Description: "" },
    ]);
  });

  test.each([
    ["twice", { Name, FunctionVersion: "1" }, "ResourceConflictException", "Alias already exists"],
    ["of no version", { Name: "b", FunctionVersion: "9" }, "ResourceNotFoundException", "Function not found"],
    ["that is a number", { Name: "1", FunctionVersion: "1" }, "InvalidParameterValueException", "Name: must be"],
    ["that splits traffic", { Name: "b", FunctionVersion: "1", RoutingConfig: {} }, "NotImplemented", "RoutingConfig"],
  ])("is refused %s", async (_what, input, code, message) => {
    await expect(create(input)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(type().properties).not.toHaveProperty("RoutingConfig");
  });

  test("has its own permissions", async () => {
    const permission = { Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com" };
    await cloud.create("AWS::Lambda::Permission", { FunctionName: `${ARN}:live`, ...permission });
    expect(cloud.lambda.permits(`${ARN}:live`, "s3.amazonaws.com", "arn:aws:s3:::b")).toBe(true);
    expect(cloud.lambda.permits(ARN, "s3.amazonaws.com", "arn:aws:s3:::b")).toBe(false);
  });

  test("holds its version; both go", async () => {
    await expect(removeSecond()).rejects.toMatchObject({ message: expect.stringContaining("[live]") });
    await type().remove(`${ARN}:live`, {}, context());
    await removeSecond();
    await expect(invoke("2")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(invoke(Name)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

test("every action tells its parameters", () => {
  const silent = Object.entries(cloud.lambda.service.actions).filter(([, { parameters }]) => parameters === undefined);
  expect(silent.map(([name]) => name)).toEqual([]);
});
