import * as sdk from "@aws-sdk/client-secrets-manager";
import { afterEach, describe, expect, test } from "@jest/globals";
import { assert, boolean, integer, property } from "fast-check";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import { serve } from "../gateway/serve.test.fixture.ts";
import { createSecrets } from "./index.ts";
import { randomPassword } from "./random-password.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const open = async () => {
  const made: { secrets?: ReturnType<typeof createSecrets> } = {};
  const served = await serve(
    (ground) => {
      made.secrets = createSecrets(ground);
      return [made.secrets.service];
    },
    { frozenAt: NOW },
  );
  closing.push(() => served.close());
  const client = new sdk.SecretsManagerClient({ ...served.client, maxAttempts: 1 });
  const { secrets } = made;
  if (secrets === undefined) throw new Error("not made");
  const create = (Name: string, SecretString?: string) =>
    client.send(new sdk.CreateSecretCommand({ Name, SecretString }));
  const get = (SecretId: string, VersionStage?: string) =>
    client.send(new sdk.GetSecretValueCommand({ SecretId, VersionStage }));
  const put = (SecretId: string, SecretString: string, more: Partial<sdk.PutSecretValueCommandInput> = {}) =>
    client.send(new sdk.PutSecretValueCommand({ SecretId, SecretString, ...more }));
  return { ...served, client, secrets, create, get, put };
};

describe("secrets", () => {
  test("a secret is made, read by name and ARN, and gets another value", async () => {
    const { create, get, put, secrets } = await open();
    const { ARN = "", VersionId } = await create("db", '{"password":"a"}');
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:db-\w{6}$/);
    expect(await get("db", "AWSCURRENT")).toMatchObject({
      ARN,
      VersionId,
      VersionStages: ["AWSCURRENT"],
      CreatedDate: new Date(NOW),
    });
    await put(ARN, "b");
    expect((await get(ARN)).SecretString).toBe("b");
    expect((await get(ARN.slice(0, -7))).SecretString).toBe("b");
    expect(secrets.valueOf("db")).toBe("b");
    await expect(create("db")).rejects.toMatchObject({ name: "ResourceExistsException" });
    await create("empty");
    await expect(get("empty")).rejects.toThrow("can't find the specified secret value");
  });

  test("bytes stay bytes, and a repeated token changes nothing", async () => {
    const { client, put, get } = await open();
    const SecretBinary = new Uint8Array([0, 255, 7]);
    await client.send(new sdk.CreateSecretCommand({ Name: "key", SecretBinary }));
    expect((await get("key")).SecretBinary).toEqual(SecretBinary);
    const ClientRequestToken = "0".repeat(32);
    await put("key", "x", { ClientRequestToken });
    expect(await put("key", "x", { ClientRequestToken })).toMatchObject({ VersionId: ClientRequestToken });
    await expect(put("key", "y", { ClientRequestToken })).rejects.toMatchObject({ name: "ResourceExistsException" });
    await expect(put("key", "y", { SecretBinary })).rejects.toThrow("can't specify both");
  });

  test("a secret made again with the token and value of its first version is the one that exists", async () => {
    const { client, put } = await open();
    const ClientRequestToken = "0".repeat(32);
    const again = (SecretString?: string, Name = "db") =>
      client.send(new sdk.CreateSecretCommand({ Name, SecretString, ClientRequestToken }));
    const { ARN, VersionId } = await again("a");
    expect(await again("a")).toMatchObject({ ARN, VersionId });
    await expect(again("b")).rejects.toMatchObject({ name: "ResourceExistsException" });
    await expect(again()).rejects.toMatchObject({ name: "ResourceExistsException" });
    await put("db", "c");
    await expect(again("a")).rejects.toMatchObject({ name: "ResourceExistsException" });
  });

  test("a deleted secret is gone at once, which the caller must want", async () => {
    const { client, create, get } = await open();
    await create("db", "a");
    const remove = (more: object) => client.send(new sdk.DeleteSecretCommand({ SecretId: "db", ...more }));
    await expect(remove({})).rejects.toThrow("ForceDeleteWithoutRecovery");
    await expect(remove({ RecoveryWindowInDays: 7 })).rejects.toThrow("The parameter RecoveryWindowInDays");
    await remove({ ForceDeleteWithoutRecovery: true });
    await expect(get("db")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await create("db", "new");
  });

  test("secrets are listed in pages; what is not here is refused by name", async () => {
    const { client, create, get } = await open();
    for (const name of ["a/1", "a/2", "b"]) await create(name, "x");
    const list = async (input: object) => {
      const { SecretList, NextToken } = await client.send(new sdk.ListSecretsCommand(input));
      return { names: SecretList?.map(({ Name }) => Name), NextToken };
    };
    const { names, NextToken } = await list({ MaxResults: 2 });
    expect([names, (await list({ MaxResults: 2, NextToken })).names]).toEqual([["a/1", "a/2"], ["b"]]);
    await expect(client.send(new sdk.CreateSecretCommand({ Name: "k", KmsKeyId: "mine" }))).rejects.toThrow(
      "The parameter KmsKeyId of secretsmanager:CreateSecret",
    );
    await expect(get("b", "AWSPREVIOUS")).rejects.toThrow("VersionStage: only AWSCURRENT is kept");
    await expect(client.send(new sdk.RotateSecretCommand({ SecretId: "b" }))).rejects.toMatchObject({
      name: "UnknownOperationException",
    });
  });

  test("random passwords hold what was asked for", () => {
    const flags = { IncludeSpace: false, ExcludeCharacters: "abc", RequireEachIncludedType: true };
    const holds = property(
      integer({ min: 4, max: 60 }),
      boolean(),
      boolean(),
      (PasswordLength, numbers, punctuation) => {
        const options = { ...flags, PasswordLength, ExcludeNumbers: numbers, ExcludePunctuation: punctuation };
        const password = randomPassword({ ...options, ExcludeLowercase: false, ExcludeUppercase: false });
        return (
          password.length === PasswordLength &&
          !/[abc ]/.test(password) &&
          /[d-z]/.test(password) &&
          /\d/.test(password) === !numbers &&
          /[^\w]|_/.test(password) === !punctuation
        );
      },
    );
    assert(holds, { seed: 5 });
    expect(() => randomPassword({ ...flags, PasswordLength: 1, ExcludeLowercase: false, ExcludeNumbers: false, ExcludePunctuation: false, ExcludeUppercase: false })).toThrow("too short"); // prettier-ignore
  });
});

describe("CloudFormation's secrets", () => {
  const context = contextOf("shop-local", "Db", "Db-1");

  test("a generated value stays until the template says otherwise", async () => {
    const { secrets, create } = await open();
    const type = secrets.service.types["AWS::SecretsManager::Secret"];
    const properties = {
      GenerateSecretString: {
        SecretStringTemplate: '{"user":"me"}',
        GenerateStringKey: "password",
        PasswordLength: "20",
      },
    };
    const { physicalId = "", attributes } = (await type?.create(properties, context)) ?? {};
    expect(attributes).toEqual({ Id: physicalId });
    const first = secrets.valueOf(physicalId);
    expect(JSON.parse(first)).toEqual({ user: "me", password: expect.stringMatching(/^.{20}$/) });
    await type?.update?.(physicalId, { ...properties, Description: "db" }, properties, context);
    expect(secrets.valueOf("Db-1")).toBe(first);
    await type?.update?.(physicalId, { SecretString: "mine" }, properties, context);
    expect(secrets.valueOf("Db-1")).toBe("mine");
    await type?.remove(physicalId, properties, context);
    await type?.remove(physicalId, properties, context);
    await create("Db-1", "free again");
    expect(() => type?.check?.({ ...properties, SecretString: "x" })).toThrow("cannot both be given");
    expect(() => type?.check?.({ GenerateSecretString: { Length: 3 } })).toThrow("GenerateSecretString/Length");
  });

  test("an update that is undone gives the value before it back, once", async () => {
    const { secrets, put } = await open();
    const type = secrets.service.types["AWS::SecretsManager::Secret"];
    const undo = { ...context, isUndo: true };
    const short = { GenerateSecretString: { PasswordLength: 20 } };
    const long = { GenerateSecretString: { PasswordLength: 30 } };
    const { physicalId = "" } = (await type?.create(short, context)) ?? {};
    const first = secrets.valueOf("Db-1");
    await type?.update?.(physicalId, short, long, undo); // it never came to the update
    expect(secrets.valueOf("Db-1")).toBe(first);
    await type?.update?.(physicalId, long, short, context);
    expect(secrets.valueOf("Db-1")).toHaveLength(30);
    for (let time = 0; time < 2; time++) await type?.update?.(physicalId, short, long, undo);
    expect(secrets.valueOf("Db-1")).toBe(first);
    await put("Db-1", "by hand");
    await type?.update?.(physicalId, long, short, context);
    await type?.update?.(physicalId, short, long, undo);
    expect(secrets.valueOf("Db-1")).toBe("by hand");
    await type?.update?.(physicalId, long, short, context);
    await type?.update?.(physicalId, short, long, context);
    expect([first, "by hand"]).not.toContain(secrets.valueOf("Db-1"));
    const described = { ...short, Description: "db" };
    const last = secrets.valueOf("Db-1");
    await type?.update?.(physicalId, described, short, context);
    await type?.update?.(physicalId, short, described, undo);
    expect(secrets.valueOf("Db-1")).toBe(last);
  });
});
