import { describe, expect, test } from "@jest/globals";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import { layGround } from "../ground.ts";
import { createCognito } from "./index.ts";

const context = contextOf("people-local", "People");

const open = () => {
  const ground = layGround({ frozenAt: Date.UTC(2026, 0, 15) });
  const nobody = { invoke: () => Promise.reject(new Error("none")), permits: () => false };
  const { types } = createCognito(ground, { lambda: nobody }).service;
  const typeOf = (name: string) => {
    const type = types[`AWS::Cognito::${name}`];
    if (type?.update === undefined) throw new Error(name);
    return { ...type, update: type.update };
  };
  return { pool: typeOf("UserPool"), client: typeOf("UserPoolClient"), group: typeOf("UserPoolGroup") };
};

describe("CloudFormation's user pools", () => {
  test("a pool, its client and its group come, change and go", async () => {
    const { pool, client, group } = open();
    const settings = { UsernameAttributes: ["email"], Policies: { PasswordPolicy: { MinimumLength: "12" } } };
    const made = await pool.create(settings, context);
    const issuer = `cognito-idp.us-east-1.amazonaws.com/${made.physicalId}`;
    expect(made.attributes).toEqual({
      Arn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${made.physicalId}`,
      ProviderName: issuer,
      ProviderURL: `https://${issuer}`,
      UserPoolId: made.physicalId,
    });
    const about = { UserPoolId: made.physicalId, AccessTokenValidity: "2" };
    const app = await client.create(about, context);
    const changed = await client.update(app.physicalId, { ...about, ClientName: "web" }, about, context);
    expect(changed).toMatchObject({ physicalId: app.physicalId, attributes: { Name: "web" } });
    const members = { UserPoolId: made.physicalId, GroupName: "admins" };
    expect((await group.create(members, context)).physicalId).toBe("admins");
    await group.update("admins", { ...members, Precedence: 1 }, members, context);
    await pool.update(made.physicalId, { ...settings, UserPoolName: "people" }, settings, context);
    for (const remove of [
      () => group.remove("admins", members, context),
      () => client.remove(app.physicalId, about, context),
      () => pool.remove(made.physicalId, settings, context),
    ]) {
      await remove();
      await remove();
    }
  });

  test("what cannot change is refused, and a protected pool stays", async () => {
    const { pool } = open();
    const settings = { UsernameAttributes: ["email"], Schema: [{ Name: "tenant" }], DeletionProtection: "ACTIVE" };
    const { physicalId } = await pool.create(settings, context);
    const update = (change: object) => pool.update(physicalId, { ...settings, ...change }, settings, context);
    await expect(update({ UsernameAttributes: [] })).rejects.toThrow(
      "Updates are not allowed for property - UsernameAttributes.",
    );
    await expect(update({ Schema: [] })).rejects.toThrow("Existing schema attributes cannot be modified or deleted.");
    await expect(pool.remove(physicalId, settings, context)).rejects.toThrow("deletion protection is activated");
    await update({ DeletionProtection: "INACTIVE" });
    await pool.remove(physicalId, settings, context);
  });

  test("wrong properties are named before anything is made", () => {
    const { pool, client } = open();
    expect(() => pool.check?.({ LambdaConfig: { CustomMessage: "f" } })).toThrow(
      "AWS::Cognito::UserPool Properties/LambdaConfig/CustomMessage",
    );
    expect(() => pool.check?.({ MfaConfiguration: "ON" })).toThrow("MfaConfiguration");
    expect(() => pool.check?.({ AliasAttributes: ["email"] })).toThrow("Properties/AliasAttributes");
    expect(() => client.check?.({ UserPoolId: "p", GenerateSecret: "true" })).toThrow(
      "with a secret are not supported",
    );
    expect(() => client.check?.({ UserPoolId: "p", ExplicitAuthFlows: ["ALLOW_MAGIC"] })).toThrow(
      "ExplicitAuthFlows/0",
    );
  });
});
