import { describe, expect, test } from "@jest/globals";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import { layTestGround } from "../ground.test.fixture.ts";
import type { Need, Principal } from "../gateway/service.ts";
import { createIam } from "./index.ts";
import { createKeys, rolePrincipal } from "./keys.ts";
import { type PolicyDocument, readPolicy, type Statement } from "./policy.ts";
import { policyProblems } from "./validate.ts";

const ROLE = "arn:aws:iam::000000000000:role/reader";
const role = rolePrincipal(ROLE, "fn");
const developer: Principal = { kind: "developer", arn: "arn:aws:iam::000000000000:user/local" };
const lambda = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
};
const context = contextOf("s", "R", "reader");

const open = async (...statements: readonly Statement[]) => {
  const iam = createIam(layTestGround());
  const type = iam.service.types["AWS::IAM::Role"];
  await type?.create(
    {
      AssumeRolePolicyDocument: lambda,
      Policies: [{ PolicyName: "p", PolicyDocument: { Version: "2012-10-17", Statement: statements } }],
    },
    context,
  );
  return iam;
};
const need = (action: string, resource = "arn:aws:s3:::b/k", keys: Need["context"] = {}): Need => ({
  action,
  resource,
  context: keys,
});
const policy = (...statements: readonly Statement[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: statements,
});
const allowed = async (statement: Partial<Statement>, asked: Need): Promise<boolean> =>
  (await open({ Effect: "Allow", Action: "*", Resource: "*", ...statement })).decide(role, asked).allowed;

describe("a role's policies", () => {
  test.each<[Partial<Statement>, Need, boolean]>([
    [{ Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" }, need("s3:GetObject"), true],
    [{ Action: "S3:getobject", Resource: "arn:aws:s3:::b/*" }, need("s3:GetObject"), true],
    [{ Action: "s3:GetObject", Resource: "arn:aws:s3:::B/*" }, need("s3:GetObject"), false],
    [{ Action: ["s3:Put*", "s3:Get?bject"] }, need("s3:GetObject"), true],
    [{ Resource: ["arn:aws:s3:::b/?", "x"] }, need("s3:GetObject"), true],
    [{ Resource: "arn:aws:s3:::*/k" }, need("s3:GetObject"), true],
    [{ Resource: "arn:aws:s3:::b" }, need("s3:GetObject"), false],
    [{ Resource: "arn:aws:s3:::b/${aws:userid}" }, need("s3:GetObject"), false],
    [{ Resource: "arn:aws:s3:::b/${*}" }, need("s3:GetObject"), false],
    [{ Resource: "arn:aws:s3:::b/${*}" }, need("s3:GetObject", "arn:aws:s3:::b/*"), true],
    [{ Resource: "arn:aws:s3:::${s3:prefix, 'b'}/k" }, need("s3:GetObject"), true],
    [
      { Resource: "arn:aws:s3:::${s3:prefix, 'b'}/k" },
      need("s3:GetObject", "arn:aws:s3:::b/k", { "s3:prefix": "c" }),
      false,
    ],
  ])("%j against %j is %s", async (statement, asked, expected) => {
    expect(await allowed(statement, asked)).toBe(expected);
  });

  test("NotAction and NotResource turn the match round", async () => {
    const statement: Statement = { Effect: "Allow", NotAction: ["s3:Delete*"], NotResource: "arn:aws:s3:::secret/*" };
    const iam = await open(statement);
    expect(iam.decide(role, need("s3:GetObject")).allowed).toBe(true);
    expect(iam.decide(role, need("s3:DeleteObject")).allowed).toBe(false);
    expect(iam.decide(role, need("s3:GetObject", "arn:aws:s3:::secret/x")).allowed).toBe(false);
  });

  test("an explicit deny wins, whatever its place", async () => {
    const iam = await open(
      { Effect: "Deny", Action: "s3:*", Resource: "*/k" },
      { Effect: "Allow", Action: "*", Resource: "*" },
    );
    expect(iam.decide(role, need("s3:GetObject"))).toEqual({
      allowed: false,
      message: `User: ${role.arn} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" with an explicit deny in an identity-based policy`,
    });
  });

  test("a change counts at once", async () => {
    const iam = await open({ Effect: "Allow", Action: "*", Resource: "*" });
    expect(iam.decide(role, need("s3:GetObject")).allowed).toBe(true);
    await iam.service.types["AWS::IAM::Role"]?.update?.(
      "reader",
      { AssumeRolePolicyDocument: lambda },
      { Policies: [{ PolicyName: "p" }] },
      context,
    );
    expect(iam.decide(role, need("s3:GetObject")).allowed).toBe(false);
  });

  test("managed and separate policies count, and leave with their resource", async () => {
    const iam = await open();
    const { types } = iam.service;
    const document = policy({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
    const properties = { PolicyName: "extra", PolicyDocument: document, Roles: ["reader"] };
    await types["AWS::IAM::Policy"]?.create(properties, context);
    expect(iam.decide(role, need("s3:GetObject")).allowed).toBe(true);
    await types["AWS::IAM::Policy"]?.remove("x", properties, context);
    expect(iam.decide(role, need("s3:GetObject")).allowed).toBe(false);
    const managed = await types["AWS::IAM::ManagedPolicy"]?.create(
      { PolicyDocument: document, Roles: ["reader"] },
      context,
    );
    expect(iam.decide(role, need("s3:GetObject")).allowed).toBe(true);
    await types["AWS::IAM::ManagedPolicy"]?.remove(managed?.physicalId ?? "", { Roles: ["reader"] }, context);
    expect(iam.decide(role, need("s3:GetObject")).allowed).toBe(false);
    await types["AWS::IAM::Role"]?.update?.(
      "reader",
      {
        AssumeRolePolicyDocument: lambda,
        ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
      },
      {},
      context,
    );
    expect(iam.decide(role, need("logs:PutLogEvents", "arn:aws:logs:x")).allowed).toBe(true);
  });
});

describe("conditions", () => {
  const tags = { "aws:TagKeys": ["a", "b"] };
  test.each<[string, string, unknown, Need["context"], boolean]>([
    ["StringEquals", "s3:prefix", "a", { "S3:Prefix": "a" }, true],
    ["StringEquals", "s3:prefix", ["x", "a"], { "s3:prefix": "a" }, true],
    ["StringEquals", "s3:prefix", "a*", { "s3:prefix": "ab" }, false],
    ["StringLike", "s3:prefix", "a*", { "s3:prefix": "ab" }, true],
    ["StringNotLike", "s3:prefix", "a*", { "s3:prefix": "ab" }, false],
    ["StringNotEquals", "s3:prefix", "a", {}, true],
    ["StringEquals", "s3:prefix", "a", {}, false],
    ["StringEqualsIfExists", "s3:prefix", "a", {}, true],
    ["StringEqualsIgnoreCase", "s3:prefix", "AB", { "s3:prefix": "ab" }, true],
    ["StringNotEqualsIgnoreCase", "s3:prefix", "AB", { "s3:prefix": "ab" }, false],
    ["StringEquals", "aws:PrincipalArn", ROLE, {}, true],
    ["StringLike", "aws:userid", "AROA*:fn", {}, true],
    ["StringEquals", "aws:RequestedRegion", "us-east-1", {}, true],
    ["NumericLessThanEquals", "s3:max-keys", "10", { "s3:max-keys": "10" }, true],
    ["NumericLessThan", "s3:max-keys", 10, { "s3:max-keys": "10" }, false],
    ["NumericGreaterThan", "s3:max-keys", 10, { "s3:max-keys": "x" }, false],
    ["DateLessThan", "aws:CurrentTime", "2026-01-02T00:00:00Z", {}, true],
    ["DateGreaterThan", "aws:CurrentTime", "2026-01-02T00:00:00Z", {}, false],
    ["DateEquals", "aws:CurrentTime", "1767225600", {}, true],
    ["Bool", "aws:SecureTransport", "true", {}, true],
    ["Bool", "aws:SecureTransport", false, {}, false],
    ["IpAddress", "aws:SourceIp", "127.0.0.0/8", {}, true],
    ["NotIpAddress", "aws:SourceIp", ["10.0.0.0/8", "127.0.0.1"], {}, false],
    ["ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:b*", { "aws:SourceArn": "arn:aws:s3:::bucket" }, true],
    ["ArnEquals", "aws:SourceArn", "arn:aws:*:bucket", { "aws:SourceArn": "arn:aws:s3:::bucket" }, false],
    ["ArnNotLike", "aws:SourceArn", "arn:aws:s3:::b*", { "aws:SourceArn": "arn:aws:s3:::bucket" }, false],
    ["Null", "s3:prefix", "true", {}, true],
    ["Null", "s3:prefix", "false", {}, false],
    ["Null", "s3:prefix", "false", { "s3:prefix": "" }, true],
    ["ForAllValues:StringEquals", "aws:TagKeys", ["a", "b", "c"], tags, true],
    ["ForAllValues:StringEquals", "aws:TagKeys", ["a"], tags, false],
    ["ForAllValues:StringEquals", "aws:TagKeys", ["a"], {}, true],
    ["ForAnyValue:StringEquals", "aws:TagKeys", ["b", "x"], tags, true],
    ["ForAnyValue:StringLike", "aws:TagKeys", ["x*"], tags, false],
    ["ForAnyValue:StringEquals", "aws:TagKeys", ["b"], {}, false],
    ["ForAllValues:StringNotEquals", "aws:TagKeys", ["x"], tags, true],
    ["ForAllValues:StringNotEquals", "aws:TagKeys", ["a"], tags, false],
    ["ForAnyValue:StringNotEquals", "aws:TagKeys", ["a"], tags, true],
  ])("%s %s %j with %j is %s", async (...row) => {
    const [operator, key, expected, keys, result] = row;
    const condition = { [operator]: { [key]: expected } } as Statement["Condition"];
    expect(await allowed({ Condition: condition }, need("s3:GetObject", "arn:aws:s3:::b/k", keys))).toBe(result);
  });

  test("policy variables work from Version 2012-10-17 on only", async () => {
    const iam = await open();
    const statement: Statement = {
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: "*",
      Condition: { StringEquals: { "s3:prefix": "${aws:PrincipalArn}" } },
    };
    const asked = need("s3:GetObject", "arn:aws:s3:::b/k", { "s3:prefix": ROLE });
    expect(iam.decide(role, asked, policy(statement)).allowed).toBe(true);
    expect(iam.decide(role, asked, { Statement: statement }).allowed).toBe(false);
  });
});

const statement = (more: Partial<Statement>): Statement => ({
  Effect: "Allow",
  Action: "s3:*",
  Resource: "*",
  ...more,
});

describe("resource policies", () => {
  test.each<[string, Partial<Statement>, Principal, boolean]>([
    ["the role by name", { Principal: { AWS: ROLE } }, role, true],
    ["its session by name", { Principal: { AWS: [role.arn] } }, role, true],
    ["another role", { Principal: { AWS: "arn:aws:iam::000000000000:role/other" } }, role, false],
    ["the account: left to the role's own policies", { Principal: { AWS: "000000000000" } }, role, false],
    ["everyone", { Principal: "*" }, { kind: "anonymous" }, true],
    ["everyone, other spelling", { Principal: { AWS: "*" } }, { kind: "anonymous" }, true],
    ["a role, asked by nobody", { Principal: { AWS: ROLE } }, { kind: "anonymous" }, false],
    [
      "the service",
      { Principal: { Service: "s3.amazonaws.com" } },
      { kind: "service", name: "s3.amazonaws.com" },
      true,
    ],
    [
      "the service of a region",
      { Principal: { Service: "logs.us-east-1.amazonaws.com" } },
      { kind: "service", name: "logs.amazonaws.com" },
      true,
    ],
    [
      "another service",
      { Principal: { Service: "sns.amazonaws.com" } },
      { kind: "service", name: "s3.amazonaws.com" },
      false,
    ],
    ["all but this role", { NotPrincipal: { AWS: ROLE } }, role, false],
  ])("%s", async (_name, more, principal, expected) => {
    const iam = await open();
    expect(iam.decide(principal, need("s3:GetObject"), policy(statement(more))).allowed).toBe(expected);
  });

  test("deny developers too, who may else do everything", async () => {
    const iam = await open();
    expect(iam.decide(developer, need("s3:GetObject")).allowed).toBe(true);
    expect(
      iam.decide(developer, need("s3:GetObject"), policy(statement({ Effect: "Deny", Principal: "*" }))),
    ).toMatchObject({
      allowed: false,
      message: expect.stringContaining("with an explicit deny in a resource-based policy"),
    });
  });

  test("osls's rule against plain HTTP denies nothing here", async () => {
    const iam = await open();
    const rule = policy(
      statement({ Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": false } } }),
    );
    expect(iam.decide(developer, need("s3:PutObject"), rule).allowed).toBe(true);
  });
});

describe("denials", () => {
  test("are worded as AWS words them and kept with the statement that is missing", async () => {
    const iam = await open();
    const table = "arn:aws:dynamodb:us-east-1:000000000000:table/links";
    const decision = iam.decide(role, need("dynamodb:PutItem", table));
    expect(decision).toEqual({
      allowed: false,
      message: `User: arn:aws:sts::000000000000:assumed-role/reader/fn is not authorized to perform: dynamodb:PutItem on resource: ${table} because no identity-based policy allows the dynamodb:PutItem action`,
    });
    expect(iam.denials()).toMatchObject([
      { principal: role.arn, missing: { Effect: "Allow", Action: "dynamodb:PutItem", Resource: table } },
    ]);
    expect(iam.allows(role, need("dynamodb:GetItem", table))).toBe(false);
    expect(iam.denials()).toHaveLength(1);
    for (let count = 0; count < 2_500; count++) iam.decide(role, need(`dynamodb:Number${count}`, table));
    expect(iam.denials()).toHaveLength(1_000);
    expect(iam.denials().at(-1)?.action).toBe("dynamodb:Number2499");
  });
});

describe("keys", () => {
  test("of developers and of roles are known until they are revoked", async () => {
    const iam = await open();
    expect(iam.findKey("test")).toMatchObject({ secretAccessKey: "test", principal: { kind: "developer" } });
    expect(iam.findKey("AKIAIOSFODNN7EXAMPLE")).toBeUndefined();
    expect(iam.findKey("__proto__")).toBeUndefined();
    const keys = iam.mint(ROLE, "fn");
    expect(iam.findKey(keys.accessKeyId)).toEqual({
      secretAccessKey: keys.secretAccessKey,
      sessionToken: keys.sessionToken,
      principal: role,
      expiresAt: Infinity,
    });
    iam.revoke(keys.accessKeyId);
    expect(iam.findKey(keys.accessKeyId)).toBeUndefined();
  });

  test("that have expired are told so for a day, and then forgotten", () => {
    let now = 0;
    const keys = createKeys(() => now);
    const lasting = keys.mint(ROLE, "fn");
    const { accessKeyId } = keys.mint(ROLE, "s", 900_000);
    now = 900_000 + 86_400_000 - 1;
    keys.mint(ROLE, "later");
    expect(() => keys.find(accessKeyId)).toThrow("expired");
    now += 3_600_000;
    keys.mint(ROLE, "later");
    expect(keys.find(accessKeyId)).toBeUndefined();
    expect(keys.find(lasting.accessKeyId)).toBeDefined();
  });

  test("a role trusts whom its trust policy names", async () => {
    const iam = await open();
    expect(iam.trusts(ROLE, "lambda.amazonaws.com")).toBe(true);
    expect(iam.trusts(ROLE, "scheduler.amazonaws.com")).toBe(false);
    expect(iam.trusts("arn:aws:iam::000000000000:role/none", "lambda.amazonaws.com")).toBe(false);
  });
});

test("what roles may do is told beside what they did", async () => {
  const iam = await open(
    { Effect: "Allow", Action: ["s3:GetObject", "s3:ListBucket"], Resource: "*" },
    { Effect: "Deny", Action: "s3:PutObject", Resource: "*" },
  );
  iam.decide(role, need("s3:GetObject"));
  iam.decide(role, need("s3:PutObject"));
  iam.decide(developer, need("s3:ListBucket"));
  expect(iam.rights()).toEqual([
    { role: "reader", granted: ["s3:GetObject", "s3:ListBucket"], used: ["s3:GetObject"] },
  ]);
});

describe("a policy document", () => {
  const good = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };

  test.each<[object, string]>([
    [{ Effect: "allow" }, "Effect must be Allow or Deny"],
    [{ Sidd: 1 }, "a statement has no member Sidd"],
    [{ Action: [1] }, "Action must be a text or a list of texts"],
    [{ Action: {} }, "Action must be a text or a list of texts"],
    [{ Resource: 5 }, "Resource must be a text or a list of texts"],
    [{ NotResource: "*" }, "a statement has both Resource and NotResource"],
    [{ Principal: null }, "Principal must be * or name AWS, Service, Federated or CanonicalUser"],
    [{ Principal: { AWS: null } }, "Principal must be * or name AWS, Service, Federated or CanonicalUser"],
    [{ Condition: 5 }, "Condition must be an object"],
    [{ Condition: { StringEquals: null } }, "a condition must be an object"],
    [{ Condition: { StringEquals: {} } }, "condition StringEquals is empty"],
    [{ Condition: { StringEquals: { a: null } } }, "a condition compares with texts, numbers, true or false"],
    [{ Effect: "Deny", Condition: { Bogus: { a: "b" } } }, "condition operator Bogus does not exist"],
  ])("with %j is refused, as a document and as its text", (more, problem) => {
    const document = { Version: "2012-10-17", Statement: [{ ...good, ...more }] };
    expect(policyProblems(document, "resource")).toEqual([problem]);
    expect([readPolicy(document), readPolicy(JSON.stringify(document))]).toEqual([undefined, undefined]);
  });

  test.each([null, 5, [], {}, { Statement: [] }, { Statement: [null] }, { Statement: good, Version: "1" }])(
    "%j is none",
    (document) => {
      expect(readPolicy(JSON.stringify(document))).toBeUndefined();
    },
  );

  test("that is right is read as it is", () => {
    const Condition = { "ForAnyValue:StringLikeIfExists": { a: ["b", "c"] }, Bool: { d: true }, Null: { e: "true" } };
    const document = { Version: "2012-10-17", Id: "x", Statement: { ...good, Principal: { AWS: ["*"] }, Condition } };
    expect(readPolicy(JSON.stringify(document))).toEqual(document);
    expect(policyProblems(document, "resource")).toEqual([]);
  });

  test("tells all that is wrong with its shape", () => {
    const Statement = { Effect: "allow", Action: "s3:*", NotAction: "x", Resource: "*", Principal: "*", Sidd: 1 };
    expect(policyProblems({ Version: "2012-10-18", Statement: [Statement] }, "identity")).toEqual([
      'policy Version "2012-10-18" does not exist',
      "Effect must be Allow or Deny",
      "a statement has no member Sidd",
      "a statement has both Action and NotAction",
      "an identity policy has no Principal",
    ]);
    expect(policyProblems({ Statement: {} }, "trust")).toEqual([
      "Effect must be Allow or Deny",
      "a statement needs Action or NotAction",
      "a statement needs Principal or NotPrincipal",
    ]);
  });

  test("names actions that do not exist", () => {
    const Statement = { Effect: "Allow", Action: ["s3:GetObjekt", "sqs:Send*", "nope:X", "x"], Resource: "*" };
    expect(policyProblems({ Statement }, "identity")).toEqual([
      "s3:GetObjekt is no IAM action; did you mean s3:GetObject?",
      "action x lacks its service prefix",
    ]);
  });

  test("that an earlier version stored is evaluated as far as it can be", async () => {
    const broken = { Effect: "Allow", Action: [1], Resource: null, Condition: { StringEquals: null } };
    const stored = [broken as never, { Effect: "Allow", Action: "s3:GetObject", Resource: "*" } as const]; // on purpose
    const iam = await open(...stored);
    expect(iam.decide(role, need("s3:GetObject")).allowed).toBe(true);
    expect(iam.decide(role, need("s3:PutObject")).allowed).toBe(false);
  });
});
