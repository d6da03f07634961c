import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openWire } from "../cloudformation/open-wire.test.fixture.ts";

let bed: Awaited<ReturnType<typeof openWire>>;
let sts: STSClient;

const trusting = (Principal: object) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }],
    },
  },
});

beforeAll(async () => {
  bed = await openWire();
  sts = new STSClient(bed.client);
  const Resources = {
    Mine: trusting({ AWS: { "Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root" } }),
    Theirs: trusting({ Service: "lambda.amazonaws.com" }),
  };
  await bed.cloudFormation.deploy({ stackName: "roles-local", template: JSON.stringify({ Resources }) });
});
afterAll(() => bed.close());

const arnOf = (logicalId: string): string =>
  bed.cloudFormation.resources("roles-local").find((each) => each.logicalId === logicalId)?.attributes["Arn"] ?? "";

describe("STS", () => {
  test("says who the developer is", async () => {
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: "000000000000",
      Arn: "arn:aws:iam::000000000000:user/local",
    });
  });

  test("gives keys of a role that trusts the account, until they expire", async () => {
    const { Credentials, AssumedRoleUser } = await sts.send(
      new AssumeRoleCommand({ RoleArn: arnOf("Mine"), RoleSessionName: "me@home" }),
    );
    expect(Credentials?.Expiration).toEqual(new Date("2026-01-01T01:00:00Z"));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
    const assumed = new STSClient({ ...bed.client, credentials });
    expect(await assumed.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: AssumedRoleUser?.Arn,
      UserId: AssumedRoleUser?.AssumedRoleId,
    });
    await bed.ground.clock.advance(3_600_000);
    await expect(assumed.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: "ExpiredToken" });
  });

  test("refuses a role that trusts somebody else, in AWS's words", async () => {
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn: arnOf("Theirs"), RoleSessionName: "me" })),
    ).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining(
        "User: arn:aws:iam::000000000000:user/local is not authorized to perform: sts:AssumeRole on resource: ",
      ),
    });
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn: "arn:aws:iam::000000000000:role/none", RoleSessionName: "me" })),
    ).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("refuses what it does not have", async () => {
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn: arnOf("Mine"), RoleSessionName: "me", Policy: "{}" })),
    ).rejects.toThrow("The parameter Policy of sts:AssumeRole is not supported");
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn: arnOf("Mine"), RoleSessionName: "me", DurationSeconds: 7200 })),
    ).rejects.toThrow("exceeds the MaxSessionDuration");
    await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toThrow(/GetSessionToken is not supported/);
    const web = { RoleArn: arnOf("Mine"), RoleSessionName: "me", WebIdentityToken: "token" };
    await expect(sts.send(new AssumeRoleWithWebIdentityCommand(web))).rejects.toThrow(
      /AssumeRoleWithWebIdentity is not supported/,
    );
  });
});
