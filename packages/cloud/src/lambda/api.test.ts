import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { openSmallCloud, type SmallCloud } from "./small-cloud.test.fixture.ts";
import { makeZip } from "./zip.ts";

let cloud: SmallCloud;
beforeAll(async () => {
  cloud = await openSmallCloud();
  await cloud.createFunction({
    name: "echo",
    code: `exports.handler = async (event, context) => { console.log("hi"); if (event.fail) throw new Error("no"); return { event, client: context.clientContext } }`,
  });
});
afterAll(() => cloud.close());

beforeAll(() => cloud.createRole("noneRole", []));

const zipOf = (content: string): Buffer => makeZip([{ name: "index.js", content }]);
/** Code that lies in a bucket. */
const inS3 = (bytes: string | Buffer) => ({ bytes: Buffer.from(bytes) });
const text = (payload: Uint8Array | undefined): string => Buffer.from(payload ?? []).toString("utf8");

const invoke = (input: Record<string, unknown> = {}) =>
  cloud.lambdaClient.send(new InvokeCommand({ FunctionName: "echo", ...input }));

describe("Invoke", () => {
  test("answers the result, the executed version, and on request the last of the log", async () => {
    const ClientContext = Buffer.from(`{"custom":{"a":1}}`).toString("base64");
    const answer = await invoke({ Payload: `{"a":1}`, LogType: "Tail", ClientContext });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    expect(answer.FunctionError).toBeUndefined();
    expect(JSON.parse(text(answer.Payload))).toEqual({ event: { a: 1 }, client: { custom: { a: 1 } } });
    expect(Buffer.from(answer.LogResult ?? "", "base64").toString()).toMatch(
      /^START RequestId: .*\n.*\tINFO\thi\nEND .*\nREPORT /,
    );
  });

  test("names a failed function in a header and still answers 200", async () => {
    const answer = await invoke({ Payload: `{"fail":true}` });
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(JSON.parse(text(answer.Payload))).toMatchObject({ errorType: "Error", errorMessage: "no" });
  });

  test("takes an ARN or a partial ARN, a missing payload and an event", async () => {
    const FunctionName = "arn:aws:lambda:us-east-1:000000000000:function:echo";
    expect(JSON.parse(text((await invoke({ FunctionName })).Payload))).toEqual({ event: {} });
    expect((await invoke({ FunctionName: "000000000000:function:echo:$LATEST" })).StatusCode).toBe(200);
    expect((await invoke({ InvocationType: "Event", Payload: "{}" })).StatusCode).toBe(202);
    await cloud.work.idle();
  });

  test.each([
    ["an unknown function", { FunctionName: "nobody" }, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody"],
    ["an unknown version", { Qualifier: "7" }, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:echo:7"],
    ["a payload that is not JSON", { Payload: "{a" }, "InvalidRequestContentException", "Could not parse request body into json"],
    ["a payload over 6 MB", { Payload: JSON.stringify("x".repeat(6 * 1024 * 1024)) }, "RequestTooLargeException", "Request must be smaller than 6291456 bytes"],
    ["an event over 256 KB", { Payload: JSON.stringify("x".repeat(256 * 1024)), InvocationType: "Event" }, "RequestTooLargeException", "Request must be smaller than 262144 bytes"],
  ])("refuses %s", async (_what, input, name, message) => {
    await expect(invoke(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  }); // prettier-ignore

  test("needs the right to, by identity or by the function's policy", async () => {
    await cloud.createRole("caller", []);
    const keys = cloud.iam.mint("arn:aws:iam::000000000000:role/caller", "session");
    const { endpoint } = cloud.ground;
    const client = new LambdaClient({ endpoint: endpoint(), region: "us-east-1", credentials: keys });
    const call = () => client.send(new InvokeCommand({ FunctionName: "echo" }));
    await expect(call()).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(
        "is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:echo",
      ),
    });
    const Principal = "arn:aws:iam::000000000000:role/caller";
    const permission = { FunctionName: "echo", Action: "lambda:InvokeFunction", Principal };
    const { physicalId } = await cloud.create("AWS::Lambda::Permission", permission);
    expect((await call()).StatusCode).toBe(200);
    await cloud.type("AWS::Lambda::Permission").remove(physicalId, permission, cloud.context("Thing"));
    client.destroy();
  });
});

describe("functions", () => {
  const Role = "arn:aws:iam::000000000000:role/echoRole";
  const base = { Role, Handler: "index.handler", Runtime: "nodejs24.x" as const };

  test("are described, changed and deleted", async () => {
    const { lambdaClient } = cloud;
    const FunctionName = "made";
    await cloud.createFunction({ name: "made", MemorySize: 256, code: `exports.handler = async () => 1` });
    const configuration = async () => (await lambdaClient.send(new GetFunctionCommand({ FunctionName }))).Configuration;
    const made = await configuration();
    expect(made).toMatchObject({
      FunctionName,
      State: "Active",
      Version: "$LATEST",
      Timeout: 3,
      MemorySize: 256,
      LastModified: "2026-11-21T08:00:00.000+0000",
    });
    const invoked = async () => text((await lambdaClient.send(new InvokeCommand({ FunctionName }))).Payload);
    expect(await invoked()).toBe("1");
    const ZipFile = zipOf(`exports.handler = async () => process.env.NN ?? 2`);
    const code = await lambdaClient.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    expect(code.CodeSha256).not.toBe(made?.CodeSha256);
    expect(await invoked()).toBe("2");
    await cloud.create("AWS::Lambda::Version", { FunctionName });
    await lambdaClient.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { NN: "3" } } }),
    );
    expect(await invoked()).toBe(`"3"`);
    expect(text((await lambdaClient.send(new InvokeCommand({ FunctionName, Qualifier: "1" }))).Payload)).toBe("2");
    expect(await configuration()).toMatchObject({
      MemorySize: 256,
      Environment: { Variables: { NN: "3" } },
    });
    expect((await lambdaClient.send(new ListVersionsByFunctionCommand({ FunctionName }))).Versions).toHaveLength(2);
    const { Functions = [] } = await lambdaClient.send(new ListFunctionsCommand({}));
    expect(Functions.map((fn) => fn.FunctionName)).toContain("made");
    await lambdaClient.send(new DeleteFunctionCommand({ FunctionName }));
    await expect(lambdaClient.send(new GetFunctionCommand({ FunctionName }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test.each<[string, { readonly Code?: object; readonly [property: string]: unknown }, string]>([
    ["a role that does not trust Lambda", { Role: "arn:aws:iam::000000000000:role/other" }, "The role defined for the function cannot be assumed by Lambda."],
    ["a zip that is none", { Code: inS3("PK") }, "Could not unzip uploaded file"],
    ["a hostile path", { Code: inS3(makeZip([{ name: "../x.js", content: "" }])) }, "invalid relative path"],
    ["a link out of the zip", { Code: inS3(makeZip([{ name: "x", content: "/etc", mode: 0o120777 }])) }, "link out of itself"],
    ["code that is not in the bucket", { Code: { S3Bucket: "b", S3Key: "k" } }, "S3 Error Code and Message: NoSuchKey"],
    ["a time-out over 15 minutes", { Timeout: 901 }, "Timeout: must be at most 900"],
    ["a runtime that is no longer", { Runtime: "nodejs20.x" as const }, "Runtime: must be one of nodejs24.x, nodejs22.x"],
    ["too little memory", { MemorySize: 64 }, "MemorySize: must be at least 128"],
    ["a variable that Lambda sets", { Environment: { Variables: { AWS_REGION: "x" } } }, "AWS_REGION is reserved"],
    ["over 4 KB of variables", { Environment: { Variables: { AA: "x".repeat(4100) } } }, "exceeded the 4KB limit"],
    ["another runtime", { Runtime: "python3.13" as const }, "Runtime: must be one of nodejs24.x"],
    ["what is not supported", { Layers: ["arn:aws:lambda:us-east-1:000000000000:layer:x:1"] }, "Layers is not supported"],
    ["a dead-letter queue that its role may not send to", { Role: "arn:aws:iam::000000000000:role/noneRole", DeadLetterConfig: { TargetArn: "arn:aws:sqs:us-east-1:000000000000:dead" } }, "does not have permissions to call SendMessage"],
  ])("are refused for %s", async (_what, change, message) => {
    const { Code = { ZipFile: "" }, ...others } = change;
    if ("bytes" in Code) cloud.objects.set("b/zip", Code.bytes as Buffer);
    const where = "bytes" in Code ? { S3Bucket: "b", S3Key: "zip" } : Code;
    const made = cloud.create("AWS::Lambda::Function", { ...base, FunctionName: "refused", Code: where, ...others });
    await expect(made).rejects.toMatchObject({ message: expect.stringContaining(message) });
    expect(cloud.lambda.exists("refused")).toBe(false);
  }); // prettier-ignore

  test("have a policy of permissions, which services need as well", async () => {
    const { lambda } = cloud;
    const SourceArn = "arn:aws:s3:::pictures";
    const permission = {
      FunctionName: "echo",
      Action: "lambda:InvokeFunction",
      Principal: "s3.amazonaws.com",
      SourceArn,
      SourceAccount: "000000000000",
    };
    expect(lambda.permits("echo", "s3.amazonaws.com", SourceArn)).toBe(false);
    const { physicalId } = await cloud.create("AWS::Lambda::Permission", permission);
    const arn = "arn:aws:lambda:us-east-1:000000000000:function:echo";
    for (const name of ["echo", arn]) expect(lambda.permits(name, "s3.amazonaws.com", SourceArn)).toBe(true);
    expect(lambda.permits("echo", "s3.amazonaws.com", "arn:aws:s3:::other")).toBe(false);
    expect(lambda.permits("echo", "sns.amazonaws.com", SourceArn)).toBe(false);
    expect(lambda.permits("nobody", "s3.amazonaws.com", SourceArn)).toBe(false);
    const remove = () => cloud.type("AWS::Lambda::Permission").remove(physicalId, permission, cloud.context("Thing"));
    await remove();
    await remove();
    expect(lambda.permits("echo", "s3.amazonaws.com", SourceArn)).toBe(false);
  });

  test("with reserved concurrency 0 are throttled", async () => {
    const code = `exports.handler = async () => 1`;
    await cloud.createFunction({ name: "stopped", code, ReservedConcurrentExecutions: 0 });
    await expect(cloud.invoke("stopped")).rejects.toMatchObject({
      code: "TooManyRequestsException",
      status: 429,
      message: "Rate Exceeded.",
    });
    await expect(cloud.createFunction({ name: "greedy", code, ReservedConcurrentExecutions: 950 })).rejects.toThrow(
      "below its minimum value of [100]",
    );
  });

  test("are configured for asynchronous invocations only to where their role may send", async () => {
    const topic = { OnFailure: { Destination: "arn:aws:sns:us-east-1:000000000000:topic" } };
    const config = { FunctionName: "echo", Qualifier: "$LATEST", DestinationConfig: topic };
    await expect(cloud.create("AWS::Lambda::EventInvokeConfig", config)).rejects.toMatchObject({
      message: expect.stringContaining("does not have permissions to call Publish on"),
    });
  });

  test("are made by templates alone", async () => {
    const command = new CreateFunctionCommand({ ...base, FunctionName: "made", Code: { ZipFile: zipOf("") } });
    await expect(cloud.lambdaClient.send(command)).rejects.toMatchObject({ name: "UnknownOperationException" });
  });
});

describe("CloudFormation types", () => {
  test("give a version, which keeps its code, and refuse one of other code", async () => {
    const { attributes } = await cloud.create("AWS::Lambda::Version", { FunctionName: "echo" });
    expect(attributes).toMatchObject({ Version: "1" });
    expect(await cloud.create("AWS::Lambda::Version", { FunctionName: "echo" })).toMatchObject({
      attributes: { Version: "1" },
    });
    await expect(cloud.create("AWS::Lambda::Version", { FunctionName: "echo", CodeSha256: "x" })).rejects.toMatchObject(
      {
        message: expect.stringContaining("CodeSHA256 (x) is different from current CodeSHA256 in $LATEST"),
      },
    );
  });

  test("refuse a property that is not known, by its path", async () => {
    const properties = {
      Handler: "a.b",
      Runtime: "nodejs24.x",
      Role: "arn:aws:iam::000000000000:role/echoRole",
      Code: { ZipFile: "", ImageUri: "x" },
    };
    await expect(cloud.create("AWS::Lambda::Function", properties)).rejects.toMatchObject({
      message: expect.stringContaining("Code.ImageUri is not supported"),
    });
  });

  test("change a function in place and remove it", async () => {
    const { attributes } = await cloud.createFunction({
      name: "typed",
      code: `exports.handler = async () => 1`,
      ReservedConcurrentExecutions: 5,
    });
    expect(attributes["Arn"]).toBe("arn:aws:lambda:us-east-1:000000000000:function:typed");
    expect(await cloud.lambdaClient.send(new GetFunctionCommand({ FunctionName: "typed" }))).toMatchObject({
      Concurrency: { ReservedConcurrentExecutions: 5 },
    });
    await cloud.type("AWS::Lambda::Function").remove("typed", {}, cloud.context("Function"));
    expect(cloud.lambda.exists("typed")).toBe(false);
  });
});
