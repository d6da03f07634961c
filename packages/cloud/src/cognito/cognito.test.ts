import { rm } from "node:fs/promises";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-cognito-identity-provider";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createLocalJWKSet, decodeJwt, jwtVerify, type JWK } from "jose";
import { serve } from "../gateway/serve.test.fixture.ts";
import type { InvokeRequest } from "../ports.ts";
import { createCognito } from "./index.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const HOUR = 3_600_000;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Fn = (event: Record<string, unknown>) => unknown;

const openPools = async (options: { folder?: string; functions?: Record<string, Fn>; permitted?: boolean } = {}) => {
  const events: Record<string, unknown>[] = [];
  const made: { cognito?: ReturnType<typeof createCognito> } = {};
  const invoke = async ({ functionName, payload }: InvokeRequest) => {
    const event = JSON.parse(payload) as Record<string, unknown>;
    events.push(event);
    const about = { requestId: "r", logTail: "" };
    try {
      return { ...about, failed: false, payload: JSON.stringify(await options.functions?.[functionName]?.(event)) };
    } catch (error) {
      return { ...about, failed: true, payload: JSON.stringify({ errorMessage: (error as Error).message }) };
    }
  };
  const permits = (_name: string, service: string, source: string): boolean =>
    (options.permitted ?? true) && service === "cognito-idp.amazonaws.com" && source.includes(":userpool/");
  const served = await serve(
    (ground) => {
      made.cognito = createCognito(ground, { lambda: { invoke, permits } });
      return [made.cognito.service];
    },
    { frozenAt: NOW, ...(options.folder && { folder: options.folder }) },
  );
  closing.push(() => served.close());
  const settings = { ...served.client, maxAttempts: 1 };
  const client = new sdk.CognitoIdentityProviderClient(settings);
  const cognito = made.cognito;
  if (cognito === undefined) throw new Error("not made");
  const code = (): string => cognito.outbox().at(-1)?.code ?? "";
  return { ...served, cognito, client, events, code };
};
type Pools = Awaited<ReturnType<typeof openPools>>;

const PASSWORD = "Passw0rd!";
const forged = (text: object): string => Buffer.from(JSON.stringify(text)).toString("base64url");

const withApp = async (
  pools: Pools,
  pool: Partial<sdk.CreateUserPoolCommandInput> = {},
  app: Partial<sdk.CreateUserPoolClientCommandInput> = {},
) => {
  const { client } = pools;
  const { UserPool } = await client.send(
    new sdk.CreateUserPoolCommand({
      PoolName: "people",
      UsernameAttributes: ["email"],
      AutoVerifiedAttributes: ["email"],
      ...pool,
    }),
  );
  const UserPoolId = UserPool?.Id ?? "";
  const { UserPoolClient } = await client.send(
    new sdk.CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "web",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      ...app,
    }),
  );
  const ClientId = UserPoolClient?.ClientId ?? "";
  const signIn = (Username: string, Password = PASSWORD) =>
    client.send(
      new sdk.InitiateAuthCommand({
        ClientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: Username, PASSWORD: Password },
      }),
    );
  const signUp = (Username: string, Password = PASSWORD) =>
    client.send(new sdk.SignUpCommand({ ClientId, Username, Password }));
  const addUser = async (Username: string) => {
    await client.send(
      new sdk.AdminCreateUserCommand({
        UserPoolId,
        Username,
        MessageAction: "SUPPRESS",
        UserAttributes: [
          { Name: "email", Value: Username },
          { Name: "email_verified", Value: "true" },
        ],
      }),
    );
    await client.send(
      new sdk.AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD, Permanent: true }),
    );
  };
  return { UserPoolId, ClientId, signIn, signUp, addUser, arn: UserPool?.Arn };
};

describe("sign-up", () => {
  test("a user signs up, confirms with the code from the outbox, and signs in", async () => {
    const pools = await openPools();
    const { signUp, signIn, ClientId, UserPoolId } = await withApp(pools);
    const { UserSub, UserConfirmed, CodeDeliveryDetails } = await signUp("ann@example.com");
    expect({ UserConfirmed, CodeDeliveryDetails }).toEqual({
      UserConfirmed: false,
      CodeDeliveryDetails: { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "a***@e***" },
    });
    expect(pools.cognito.outbox()).toMatchObject([
      { channel: "email", to: "ann@example.com", subject: "Your verification code", from: "cognito" },
    ]);
    await expect(signIn("ann@example.com")).rejects.toMatchObject({ name: "UserNotConfirmedException" });
    const confirm = (ConfirmationCode: string) =>
      pools.client.send(new sdk.ConfirmSignUpCommand({ ClientId, Username: "ann@example.com", ConfirmationCode }));
    await expect(confirm("nonono")).rejects.toMatchObject({ name: "CodeMismatchException" });
    await confirm(pools.code());
    await expect(confirm(pools.code())).rejects.toThrow("User cannot be confirmed. Current status is CONFIRMED");
    const { AuthenticationResult } = await signIn("ann@example.com");
    expect(decodeJwt(AuthenticationResult?.IdToken ?? "")).toEqual({
      sub: UserSub,
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`,
      aud: ClientId,
      "cognito:username": UserSub,
      email: "ann@example.com",
      email_verified: true,
      token_use: "id",
      auth_time: NOW / 1000,
      iat: NOW / 1000,
      exp: NOW / 1000 + 3600,
      jti: expect.any(String),
      origin_jti: expect.any(String),
      event_id: expect.any(String),
    });
  });

  test("a taken name, a weak password and a wrong name are refused in AWS's words", async () => {
    const pools = await openPools();
    const { signUp } = await withApp(pools);
    await signUp("ann@example.com");
    await expect(signUp("ann@example.com")).rejects.toMatchObject({
      name: "UsernameExistsException",
      message: "An account with the given email already exists.",
    });
    await expect(signUp("ann")).rejects.toThrow("Username should be an email.");
    for (const [password, message] of [
      ["Sh0rt!", "Password not long enough"],
      ["PASSW0RD!", "Password must have lowercase characters"],
      ["passw0rd!", "Password must have uppercase characters"],
      ["Password!", "Password must have numeric characters"],
      ["Passw0rdd", "Password must have symbol characters"],
    ] as const) {
      await expect(signUp("bob@example.com", password)).rejects.toMatchObject({
        name: "InvalidPasswordException",
        message: `Password did not conform with policy: ${message}`,
      });
    }
  });

  test("a code ends after its time, and a new one can be asked for", async () => {
    const pools = await openPools();
    const { signUp, ClientId } = await withApp(pools);
    await signUp("ann@example.com");
    const old = pools.code();
    await pools.clock.advance(24 * HOUR);
    const about = { ClientId, Username: "ann@example.com" };
    await expect(
      pools.client.send(new sdk.ConfirmSignUpCommand({ ...about, ConfirmationCode: old })),
    ).rejects.toMatchObject({ name: "ExpiredCodeException" });
    await pools.client.send(new sdk.ResendConfirmationCodeCommand(about));
    await pools.client.send(new sdk.ConfirmSignUpCommand({ ...about, ConfirmationCode: pools.code() }));
  });

  test("a forgotten password is set anew with a code", async () => {
    const pools = await openPools();
    const { addUser, signIn, ClientId } = await withApp(pools);
    await addUser("ann@example.com");
    const about = { ClientId, Username: "ann@example.com" };
    await pools.client.send(new sdk.ForgotPasswordCommand(about));
    expect(pools.cognito.outbox().at(-1)?.body).toBe(`Your password reset code is ${pools.code()}`);
    await pools.client.send(
      new sdk.ConfirmForgotPasswordCommand({ ...about, ConfirmationCode: pools.code(), Password: "N3w-Password" }),
    );
    await expect(signIn("ann@example.com")).rejects.toThrow("Incorrect username or password.");
    await signIn("ann@example.com", "N3w-Password");
  });

  test("a user whose pool takes any name confirms by e-mail and is found by sub too", async () => {
    const pools = await openPools();
    const { ClientId, UserPoolId, signIn, signUp } = await withApp(pools, { UsernameAttributes: [] });
    const UserAttributes = [{ Name: "email", Value: "ann@example.com" }];
    const about = { ClientId, Username: "ann", Password: PASSWORD };
    const { UserSub } = await pools.client.send(new sdk.SignUpCommand({ ...about, UserAttributes }));
    await pools.client.send(
      new sdk.ConfirmSignUpCommand({ ClientId, Username: "ann", ConfirmationCode: pools.code() }),
    );
    await signIn("ann");
    expect(await pools.client.send(new sdk.AdminGetUserCommand({ UserPoolId, Username: UserSub }))).toMatchObject({
      Username: "ann",
    });
    await signUp("bob");
    await expect(
      pools.client.send(new sdk.ResendConfirmationCodeCommand({ ClientId, Username: "bob" })),
    ).rejects.toThrow("Auto verification not turned on.");
    await expect(pools.client.send(new sdk.ForgotPasswordCommand({ ClientId, Username: "bob" }))).rejects.toThrow(
      "no registered/verified email",
    );
  });

  test("half a character is no name, no address and no password", async () => {
    const pools = await openPools();
    const { signIn, signUp, UserPoolId } = await withApp(pools, { UsernameAttributes: [] });
    const half = "a\ud800";
    const refused = { name: "InvalidParameterException", message: expect.stringContaining("whole characters") };
    await expect(signUp(half)).rejects.toMatchObject(refused);
    await expect(signUp("ann", PASSWORD + half)).rejects.toMatchObject(refused);
    await expect(signIn(half)).rejects.toMatchObject(refused);
    const remove = new sdk.AdminDeleteUserCommand({ UserPoolId, Username: half });
    await expect(pools.client.send(remove)).rejects.toMatchObject(refused);
    await signUp("ann\u{1F600}");
  });
});

describe("sign-in", () => {
  test("wrong names, passwords and flows are refused as on AWS", async () => {
    const pools = await openPools();
    const { addUser, signIn, ClientId, UserPoolId } = await withApp(
      pools,
      {},
      { PreventUserExistenceErrors: "ENABLED" },
    );
    await addUser("ann@example.com");
    await expect(signIn("ann@example.com", "nope")).rejects.toMatchObject({ name: "NotAuthorizedException" });
    await expect(signIn("bob@example.com")).rejects.toThrow("Incorrect username or password.");
    const AuthParameters = { USERNAME: "ann@example.com", SRP_A: "a" };
    await expect(
      pools.client.send(new sdk.InitiateAuthCommand({ ClientId, AuthFlow: "USER_SRP_AUTH", AuthParameters })),
    ).rejects.toThrow("The sign-in flow USER_SRP_AUTH is not supported by the embedded AWS");
    const { UserPoolClient } = await pools.client.send(
      new sdk.CreateUserPoolClientCommand({ UserPoolId, ClientName: "no flows" }),
    );
    await expect(
      pools.client.send(
        new sdk.InitiateAuthCommand({
          ClientId: UserPoolClient?.ClientId,
          AuthFlow: "USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: "ann@example.com", PASSWORD },
        }),
      ),
    ).rejects.toThrow("USER_PASSWORD_AUTH flow not enabled for this client");
  });

  test("a user made by an administrator gets a temporary password and chooses a new one", async () => {
    const pools = await openPools();
    const { UserPoolId, signIn, ClientId } = await withApp(pools);
    const { User } = await pools.client.send(
      new sdk.AdminCreateUserCommand({ UserPoolId, Username: "ann@example.com", DesiredDeliveryMediums: ["EMAIL"] }),
    );
    expect(User?.UserStatus).toBe("FORCE_CHANGE_PASSWORD");
    const { ChallengeName, Session } = await signIn("ann@example.com", pools.code());
    expect(ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    const answer = (about: Partial<sdk.RespondToAuthChallengeCommandInput>) =>
      pools.client.send(
        new sdk.RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName,
          Session,
          ChallengeResponses: { USERNAME: "ann@example.com", NEW_PASSWORD: PASSWORD },
          ...about,
        }),
      );
    await expect(answer({ Session: "forged-session-of-somebody-else" })).rejects.toThrow(
      "Invalid session for the user",
    );
    expect((await answer({})).AuthenticationResult?.TokenType).toBe("Bearer");
    await expect(answer({})).rejects.toThrow("Invalid session for the user");
    await signIn("ann@example.com");
  });

  test("a temporary password ends after a week, and the administrator sets another", async () => {
    const pools = await openPools();
    const { UserPoolId, signIn } = await withApp(pools);
    const Username = "ann@example.com";
    await pools.client.send(new sdk.AdminCreateUserCommand({ UserPoolId, Username }));
    await pools.clock.advance(7 * 24 * HOUR);
    await expect(signIn("ann@example.com", pools.code())).rejects.toThrow("Temporary password has expired");
    await pools.client.send(new sdk.AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD }));
    expect((await signIn(Username)).ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
  });

  test("a refresh token gives new tokens of the same sign-in until it ends, is revoked or its user signs out", async () => {
    const pools = await openPools();
    const { addUser, signIn, ClientId } = await withApp(pools, {}, { RefreshTokenValidity: 2 });
    await addUser("ann@example.com");
    const refresh = (REFRESH_TOKEN = "") =>
      pools.client.send(
        new sdk.InitiateAuthCommand({ ClientId, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN } }),
      );
    const first = (await signIn("ann@example.com")).AuthenticationResult ?? {};
    await pools.clock.advance(HOUR);
    const { AuthenticationResult: second } = await refresh(first.RefreshToken);
    const [before, after] = [first.AccessToken, second?.AccessToken].map((token) => decodeJwt(token ?? ""));
    expect(after).toMatchObject({ auth_time: before?.["auth_time"], origin_jti: before?.["origin_jti"] });
    expect(after?.jti).not.toBe(before?.jti);
    await expect(pools.client.send(new sdk.GetUserCommand({ AccessToken: first.AccessToken }))).rejects.toThrow(
      "Access Token has expired",
    );
    await pools.client.send(new sdk.GetUserCommand({ AccessToken: second?.AccessToken }));
    await pools.client.send(new sdk.RevokeTokenCommand({ ClientId, Token: first.RefreshToken }));
    await expect(refresh(first.RefreshToken)).rejects.toThrow("Refresh Token has been revoked");
    await expect(pools.client.send(new sdk.GetUserCommand({ AccessToken: second?.AccessToken }))).rejects.toThrow(
      "Access Token has been revoked",
    );
    const third = (await signIn("ann@example.com")).AuthenticationResult ?? {};
    await pools.client.send(new sdk.GlobalSignOutCommand({ AccessToken: third.AccessToken }));
    await expect(refresh(third.RefreshToken)).rejects.toThrow("Refresh Token has been revoked");
    const fourth = (await signIn("ann@example.com")).AuthenticationResult ?? {};
    await pools.clock.advance(48 * HOUR);
    await expect(refresh(fourth.RefreshToken)).rejects.toThrow("Refresh Token has expired");
    await expect(refresh("nonsense")).rejects.toThrow("Invalid Refresh Token");
  });

  test("users delete themselves, and administrators sign them out or delete them", async () => {
    const pools = await openPools();
    const { addUser, signIn, UserPoolId } = await withApp(pools);
    const tokenOf = async (name: string) => (await signIn(name)).AuthenticationResult?.AccessToken;
    const isGone = () => expect(signIn("ann@example.com")).rejects.toMatchObject({ name: "UserNotFoundException" });
    await addUser("ann@example.com");
    await pools.client.send(new sdk.DeleteUserCommand({ AccessToken: await tokenOf("ann@example.com") }));
    await isGone();
    await addUser("ann@example.com"); // the name is free again
    const AccessToken = await tokenOf("ann@example.com");
    const about = { UserPoolId, Username: "ann@example.com" };
    await pools.client.send(new sdk.AdminUserGlobalSignOutCommand(about));
    await expect(pools.client.send(new sdk.GetUserCommand({ AccessToken }))).rejects.toThrow("has been revoked");
    await pools.client.send(new sdk.AdminDeleteUserCommand(about));
    await isGone();
  });

  test("foreign, cut and forged access tokens are refused", async () => {
    const pools = await openPools();
    const { addUser, signIn } = await withApp(pools);
    await addUser("ann@example.com");
    const { AccessToken = "", IdToken = "" } = (await signIn("ann@example.com")).AuthenticationResult ?? {};
    const get = (token: string) => pools.client.send(new sdk.GetUserCommand({ AccessToken: token }));
    await get(AccessToken);
    await expect(get(IdToken)).rejects.toThrow("Invalid Access Token");
    const [header = "", payload = "", signature = ""] = AccessToken.split(".");
    for (const token of [
      `${header}.${payload}.${signature.slice(4)}`,
      `${header}.${forged({ ...decodeJwt(AccessToken), username: "bob" })}.${signature}`,
      `${forged({ alg: "none" })}.${payload}.`,
      "a.b.c",
    ]) {
      await expect(get(token)).rejects.toMatchObject({ name: "NotAuthorizedException" });
    }
  });

  test("administrators sign users in, and what a flow does not take is refused", async () => {
    const pools = await openPools();
    const { addUser, UserPoolId, ClientId } = await withApp(pools);
    await addUser("ann@example.com");
    const signIn = (more: Record<string, string>) =>
      pools.client.send(
        new sdk.AdminInitiateAuthCommand({
          UserPoolId,
          ClientId,
          AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: "ann@example.com", ...more },
        }),
      );
    expect((await signIn({ PASSWORD })).AuthenticationResult?.TokenType).toBe("Bearer");
    await expect(signIn({})).rejects.toThrow("PASSWORD");
    await expect(signIn({ PASSWORD, SECRET_HASH: "x" })).rejects.toThrow("SECRET_HASH");
  });

  test("a client that hides users answers as if everybody were one", async () => {
    const pools = await openPools();
    const { ClientId } = await withApp(pools, {}, { PreventUserExistenceErrors: "ENABLED" });
    const about = { ClientId, Username: "nobody@example.com" };
    const sent = { CodeDeliveryDetails: { Destination: "n***@e***" } };
    expect(await pools.client.send(new sdk.ForgotPasswordCommand(about))).toMatchObject(sent);
    expect(await pools.client.send(new sdk.ResendConfirmationCodeCommand(about))).toMatchObject(sent);
    const coded = { ...about, ConfirmationCode: "123456" };
    await expect(pools.client.send(new sdk.ConfirmSignUpCommand(coded))).rejects.toThrow("request a code again");
    expect(pools.cognito.outbox()).toEqual([]);
  });
});

describe("groups and users", () => {
  test("groups stand in the tokens, the most important first", async () => {
    const pools = await openPools();
    const { UserPoolId, addUser, signIn } = await withApp(pools);
    await addUser("ann@example.com");
    for (const [GroupName, Precedence] of [
      ["readers", 9],
      ["admins", 1],
    ] as const) {
      await pools.client.send(new sdk.CreateGroupCommand({ UserPoolId, GroupName, Precedence }));
      await pools.client.send(
        new sdk.AdminAddUserToGroupCommand({ UserPoolId, GroupName, Username: "ann@example.com" }),
      );
    }
    await expect(
      pools.client.send(new sdk.CreateGroupCommand({ UserPoolId, GroupName: "admins" })),
    ).rejects.toMatchObject({ name: "GroupExistsException" });
    const groupsOf = async () => {
      const { AccessToken = "" } = (await signIn("ann@example.com")).AuthenticationResult ?? {};
      return decodeJwt(AccessToken)["cognito:groups"];
    };
    expect(await groupsOf()).toEqual(["admins", "readers"]);
    const { Groups } = await pools.client.send(
      new sdk.AdminListGroupsForUserCommand({ UserPoolId, Username: "ann@example.com" }),
    );
    expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(["admins", "readers"]);
    await pools.client.send(
      new sdk.AdminRemoveUserFromGroupCommand({ UserPoolId, GroupName: "readers", Username: "ann@example.com" }),
    );
    await pools.client.send(new sdk.DeleteGroupCommand({ UserPoolId, GroupName: "admins" }));
    expect(await groupsOf()).toBeUndefined();
  });

  test("users are listed in pages", async () => {
    const pools = await openPools();
    const { UserPoolId, addUser } = await withApp(pools);
    for (const name of ["ann", "anton", "bob"]) await addUser(`${name}@example.com`);
    const list = async (input: object) => pools.client.send(new sdk.ListUsersCommand({ UserPoolId, ...input }));
    const first = await list({ Limit: 2 });
    const second = await list({ Limit: 2, PaginationToken: first.PaginationToken });
    expect([first.Users?.length, second.Users?.length, second.PaginationToken]).toEqual([2, 1, undefined]);
    await expect(list({ Filter: 'email ^= "an"' })).rejects.toThrow("The parameter Filter of cognito-idp:ListUsers");
  });

  test("unknown and required attributes are refused", async () => {
    const pools = await openPools();
    const { signUp, ClientId } = await withApp(pools, {
      Schema: [
        { Name: "tenant", AttributeDataType: "String" },
        { Name: "name", Required: true },
      ],
    });
    await expect(signUp("ann@example.com")).rejects.toThrow("The attribute name is required");
    const name = { Name: "name", Value: "Ann" };
    const withTenant = (Name: string, Value: string) =>
      pools.client.send(
        new sdk.SignUpCommand({
          ClientId,
          Username: "ann@example.com",
          Password: PASSWORD,
          UserAttributes: [name, { Name, Value }],
        }),
      );
    await expect(withTenant("custom:colour", "red")).rejects.toThrow("could not be determined");
    await expect(withTenant("custom:tenant", "x".repeat(3_000))).rejects.toThrow("out of its bounds");
    await withTenant("custom:tenant", "acme");
  });

  test("a pool says how long an attribute may be, the e-mail address too", async () => {
    const pools = await openPools();
    const { signUp, UserPoolId } = await withApp(pools, {
      Schema: [
        { Name: "email", Required: true, StringAttributeConstraints: { MaxLength: "20" } },
        { Name: "tenant", StringAttributeConstraints: { MinLength: "2" } },
      ],
    });
    await expect(signUp("somebody-with-a-long-name@example.com")).rejects.toThrow("email: The attribute value is out");
    await signUp("ann@example.com");
    const { UserPool } = await pools.client.send(new sdk.DescribeUserPoolCommand({ UserPoolId }));
    expect(UserPool?.SchemaAttributes?.[0]?.StringAttributeConstraints).toEqual({ MaxLength: "20" });
  });

  test("the clients of a pool are listed, and not those of another", async () => {
    const pools = await openPools();
    const { UserPoolId, ClientId } = await withApp(pools);
    await withApp(pools);
    const { UserPoolClients } = await pools.client.send(new sdk.ListUserPoolClientsCommand({ UserPoolId }));
    expect(UserPoolClients).toEqual([{ UserPoolId, ClientId, ClientName: expect.any(String) }]);
  });

  test("unsigned administration is denied, and unknown parameters are named", async () => {
    const pools = await openPools();
    const { UserPoolId } = await withApp(pools);
    const answer = await fetch(pools.endpoint, {
      method: "POST",
      headers: { "x-amz-target": "AWSCognitoIdentityProviderService.AdminGetUser" },
      body: JSON.stringify({ UserPoolId, Username: "ann" }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([403, { __type: "AccessDeniedException" }]);
    await expect(
      pools.client.send(new sdk.CreateUserPoolCommand({ PoolName: "p", UserPoolTier: "LITE" })),
    ).rejects.toThrow("The parameter UserPoolTier of cognito-idp:CreateUserPool is not supported");
  });
});

describe("triggers", () => {
  test("the function after a confirmation gets AWS's event; its failure is the caller's, the user stays confirmed", async () => {
    const fine = { ok: true };
    const functions: Record<string, Fn> = {
      after: (event) => {
        if (!fine.ok) throw new Error("no");
        return event;
      },
    };
    const pools = await openPools({ functions });
    const { signUp, ClientId, UserPoolId } = await withApp(pools, { LambdaConfig: { PostConfirmation: "after" } });
    const confirm = async (Username: string) => {
      await signUp(Username);
      return pools.client.send(
        new sdk.ConfirmSignUpCommand({
          ClientId,
          Username,
          ConfirmationCode: pools.code(),
        }),
      );
    };
    await confirm("ann@example.com");
    expect(pools.events).toEqual([
      {
        version: "1",
        triggerSource: "PostConfirmation_ConfirmSignUp",
        region: "us-east-1",
        userPoolId: UserPoolId,
        userName: expect.any(String),
        callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: ClientId },
        request: {
          userAttributes: {
            sub: expect.any(String),
            "cognito:user_status": "CONFIRMED",
            email: "ann@example.com",
            email_verified: "true",
          },
        },
        response: {},
      },
    ]);
    fine.ok = false;
    await expect(confirm("bob@example.com")).rejects.toMatchObject({
      name: "UserLambdaValidationException",
      message: "PostConfirmation failed with error no.",
    });
    const { UserStatus } = await pools.client.send(
      new sdk.AdminGetUserCommand({ UserPoolId, Username: "bob@example.com" }),
    );
    expect(UserStatus).toBe("CONFIRMED");
  });

  test("a function without permission, and a trigger that is not here, are refused", async () => {
    const pools = await openPools({ permitted: false });
    const { signUp, UserPoolId } = await withApp(pools, { LambdaConfig: { PostConfirmation: "after" } });
    await signUp("ann@example.com");
    await expect(
      pools.client.send(new sdk.AdminConfirmSignUpCommand({ UserPoolId, Username: "ann@example.com" })),
    ).rejects.toMatchObject({ name: "UnexpectedLambdaException" });
    await expect(withApp(pools, { LambdaConfig: { PreTokenGeneration: "f" } })).rejects.toThrow("PreTokenGeneration");
  });
});

describe("the pool as an issuer", () => {
  test("its keys are public, and verify its tokens after a restart too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "warmstart-cognito-"));
    const first = await openPools({ folder });
    const { addUser, signIn, UserPoolId } = await withApp(first);
    await addUser("ann@example.com");
    const { AccessToken = "", RefreshToken = "" } = (await signIn("ann@example.com")).AuthenticationResult ?? {};
    await closing.splice(0)[0]?.();
    const second = await openPools({ folder });
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`;
    const answer = await fetch(`${second.endpoint}/${UserPoolId}/.well-known/jwks.json`);
    const { keys } = (await answer.json()) as { keys: JWK[] };
    expect(keys).toEqual(second.cognito.keysOf(issuer));
    expect(keys[0]).not.toHaveProperty("d");
    await jwtVerify(AccessToken, createLocalJWKSet({ keys }), { issuer, currentDate: new Date(NOW) });
    await second.client.send(new sdk.GetUserCommand({ AccessToken }));
    expect(RefreshToken).not.toBe("");
    expect((await fetch(`${second.endpoint}/us-east-1_nothing/.well-known/jwks.json`)).status).toBe(404);
    expect(second.cognito.keysOf("https://example.com")).toBeUndefined();
  });
});

interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const askAs = (origin: string, { endpoint }: Pools, asked: Asked) =>
  fetch(endpoint, { ...asked, headers: { origin, ...asked.headers } });

describe("a web page", () => {
  const preflight = {
    method: "OPTIONS",
    headers: { "access-control-request-method": "POST", "access-control-request-headers": "content-type,x-amz-target" },
  };
  const target = "AWSCognitoIdentityProviderService.InitiateAuth";

  test("of this machine may sign people in, and is told why not", async () => {
    const pools = await openPools();
    const { ClientId, addUser } = await withApp(pools);
    await addUser("ann@example.com");
    const origin = "http://127.0.0.1:4671";
    const asked = await askAs(origin, pools, preflight);
    expect(asked.status).toBe(200);
    expect(asked.headers.get("access-control-allow-origin")).toBe(origin);
    expect(asked.headers.get("access-control-allow-headers")).toBe("content-type,x-amz-target");
    const signIn = (PASSWORD: string) =>
      askAs(origin, pools, {
        method: "POST",
        headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
        body: JSON.stringify({
          ClientId,
          AuthFlow: "USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: "ann@example.com", PASSWORD },
        }),
      });
    for (const [password, status] of [
      [PASSWORD, 200],
      ["wrong", 400],
    ] as const) {
      const answer = await signIn(password);
      expect(answer.status).toBe(status);
      expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    }
  });

  test.each(["https://example.com", "http://127.0.0.1.example.com", "null"])("of %s may not", async (origin) => {
    const { headers } = await askAs(origin, await openPools(), preflight);
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});
