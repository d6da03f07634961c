import * as sdk from "@aws-sdk/client-ssm";
import { afterEach, describe, expect, test } from "@jest/globals";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import { serve } from "../gateway/serve.test.fixture.ts";
import { createSsm } from "./index.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const open = async () => {
  const made: { ssm?: ReturnType<typeof createSsm> } = {};
  const reports: string[] = [];
  const served = await serve(
    (ground) => {
      made.ssm = createSsm({ ...ground, report: (message) => void reports.push(message) });
      return [made.ssm.service];
    },
    { frozenAt: NOW },
  );
  closing.push(() => served.close());
  const client = new sdk.SSMClient({ ...served.client, maxAttempts: 1 });
  const { ssm } = made;
  if (ssm === undefined) throw new Error("not made");
  const put = (Name: string, Value: string, more: Partial<sdk.PutParameterCommandInput> = {}) =>
    client.send(new sdk.PutParameterCommand({ Name, Value, Type: "String", ...more }));
  const get = (Name: string, WithDecryption = false) =>
    client.send(new sdk.GetParameterCommand({ Name, WithDecryption }));
  return { ...served, client, ssm, put, get, reports };
};

describe("parameters", () => {
  test("a parameter is put, read by name, version and ARN, and overwritten only on request", async () => {
    const { put, get, ssm, client } = await open();
    expect(await put("/shop/url", "a")).toMatchObject({ Version: 1, Tier: "Standard" });
    await expect(put("/shop/url", "b")).rejects.toMatchObject({ name: "ParameterAlreadyExists" });
    await put("/shop/url", "b", { Overwrite: true, Type: undefined });
    const ARN = "arn:aws:ssm:us-east-1:000000000000:parameter/shop/url";
    const newest = { Name: "/shop/url", Type: "String", Value: "b", Version: 2, ARN, DataType: "text" };
    expect((await get("/shop/url")).Parameter).toEqual({ ...newest, LastModifiedDate: new Date(NOW) });
    expect((await get(ARN)).Parameter).toMatchObject(newest);
    expect((await get("/shop/url:2")).Parameter?.Value).toBe("b");
    await expect(get("/shop/url:1")).rejects.toMatchObject({ name: "ParameterVersionNotFound" });
    await expect(get("/none")).rejects.toMatchObject({ name: "ParameterNotFound" });
    expect([ssm.valueOf("/shop/url"), ssm.valueOf("/shop/url:2")]).toEqual(["b", "b"]);
    expect(() => ssm.valueOf("/none")).toThrow("Parameters: [ssm:/none] cannot be found.");
    await client.send(new sdk.DeleteParameterCommand({ Name: "/shop/url" }));
    await expect(client.send(new sdk.DeleteParameterCommand({ Name: "/shop/url" }))).rejects.toThrow("not found");
  });

  test("several are read at once, and by path, level by level", async () => {
    const { put, client } = await open();
    for (const name of ["/a/x", "/a/y", "/a/deep/z", "/ab"]) await put(name, name);
    const some = await client.send(new sdk.GetParametersCommand({ Names: ["/a/x", "/none"] }));
    expect([some.Parameters?.map(({ Value }) => Value), some.InvalidParameters]).toEqual([["/a/x"], ["/none"]]);
    const byPath = async (more: object) => {
      const { Parameters, NextToken } = await client.send(new sdk.GetParametersByPathCommand({ Path: "/a", ...more }));
      return { names: Parameters?.map(({ Name }) => Name), NextToken };
    };
    expect(await byPath({})).toEqual({ names: ["/a/x", "/a/y"], NextToken: undefined });
    const first = await byPath({ Recursive: true, MaxResults: 2 });
    expect(first.names).toEqual(["/a/deep/z", "/a/x"]);
    expect((await byPath({ Recursive: true, MaxResults: 2, NextToken: first.NextToken })).names).toEqual(["/a/y"]);
    expect((await client.send(new sdk.DescribeParametersCommand({}))).Parameters).toHaveLength(4);
  });

  test("a SecureString is readable only with decryption, and that it is kept plainly is said", async () => {
    const { put, get, reports, ssm } = await open();
    await put("/secret", "hunter2", { Type: "SecureString" });
    expect((await get("/secret")).Parameter?.Value).not.toContain("hunter2");
    expect((await get("/secret", true)).Parameter?.Value).toBe("hunter2");
    expect(reports).toEqual(["The SecureString /secret is kept as plain text: there is no KMS here"]);
    expect(() => ssm.valueOf("/secret")).toThrow("a SecureString cannot be used here");
  });

  test("sizes, names and unknown parameters are refused", async () => {
    const { put } = await open();
    await expect(put("/big", "x".repeat(5_000))).rejects.toThrow("Standard tier parameters support a maximum");
    await expect(put("/big", "x", { Tier: "Advanced" })).rejects.toThrow("Tier: only Standard is supported");
    await expect(put("a/b", "x")).rejects.toThrow("must begin with a slash");
    await expect(put("/aws/x", "x")).rejects.toThrow("can't be prefixed");
    await expect(put("/k", "x", { KeyId: "alias/mine" })).rejects.toThrow("The parameter KeyId of ssm:PutParameter");
  });

  test("IAM decides by the parameter's ARN", async () => {
    const { ssm } = await open();
    const needs = ssm.service.needs({
      action: "GetParameters",
      input: { Names: ["/a/b:3", "c"] },
      request: {} as never,
      region: "us-east-1",
    });
    expect(needs).toEqual([
      { action: "ssm:GetParameters", resource: "arn:aws:ssm:us-east-1:000000000000:parameter/a/b" },
      { action: "ssm:GetParameters", resource: "arn:aws:ssm:us-east-1:000000000000:parameter/c" },
    ]);
  });

  test("CloudFormation makes, changes and removes one", async () => {
    const { ssm, put } = await open();
    const type = ssm.service.types["AWS::SSM::Parameter"];
    const context = contextOf("shop-local", "Url", "Url-shop-1");
    const properties = { Type: "String", Value: "a" };
    expect(await type?.create(properties, context)).toEqual({
      physicalId: "Url-shop-1",
      attributes: { Type: "String", Value: "a" },
    });
    await type?.update?.("Url-shop-1", { ...properties, Value: "b" }, properties, context);
    expect(ssm.valueOf("Url-shop-1")).toBe("b");
    await type?.remove("Url-shop-1", properties, context);
    await put("/taken", "x");
    await expect(type?.create({ ...properties, Name: "/taken" }, context)).rejects.toThrow("already exists");
    expect(() => type?.check?.({ ...properties, Type: "SecureString" })).toThrow("Properties/Type");
  });
});
