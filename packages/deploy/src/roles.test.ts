import { describe, expect, test } from "@jest/globals";
import { arn, roles, within, type RoleList, type RoleTemplate } from "./roles.cjs";

const source = (functions: unknown, service = "shop") => ({
  resolveVariable: async () => "local",
  resolveConfigurationProperty: async ([name = ""]: readonly string[]) =>
    ({ service, functions, provider: "eu-central-1" })[name],
});
const build = async (functions: unknown, list: RoleList): Promise<RoleTemplate> => roles(list)(source(functions));

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly unknown[];
}
interface RoleResource {
  readonly Properties: {
    readonly AssumeRolePolicyDocument: { readonly Statement: readonly unknown[] };
    readonly Policies: readonly [{ readonly PolicyDocument: { readonly Statement: readonly Statement[] } }];
  };
}
const role = ({ Resources }: RoleTemplate, name: string): RoleResource => Resources[name] as unknown as RoleResource;
const statements = (template: RoleTemplate, name: string): readonly Statement[] =>
  role(template, name).Properties.Policies[0].PolicyDocument.Statement;

const put = { actions: ["dynamodb:PutItem"], resources: [arn("LinksTable")] };
const queue = { "Fn::GetAtt": ["Failed", "Arn"] };

test("a function gets trust, its own log group, and what the list says; nothing more", async () => {
  const template = await build({ createLink: { role: "CreateLinkRole" } }, { createLink: [put] });
  expect(Object.keys(template.Resources)).toEqual(["CreateLinkRole"]);
  expect(role(template, "CreateLinkRole").Properties.AssumeRolePolicyDocument.Statement).toEqual([
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ]);
  const logGroup =
    "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/shop-local-createLink:*";
  expect(statements(template, "CreateLinkRole")).toEqual([
    { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: [{ "Fn::Sub": logGroup }] },
    { Effect: "Allow", Action: ["dynamodb:PutItem"], Resource: [{ "Fn::GetAtt": ["LinksTable", "Arn"] }] },
  ]);
});

test("the role has a name, which sls deploy function needs; one too long is refused", async () => {
  const template = await build({ createLink: { role: "CreateLinkRole" } }, { createLink: [put] });
  expect(role(template, "CreateLinkRole").Properties).toMatchObject({ RoleName: "shop-local-createLink-eu-central-1" });
  const long = "a".repeat(50);
  const wrong = build({ [long]: { role: `A${"a".repeat(49)}Role` } }, { [long]: [put] });
  await expect(wrong).rejects.toThrow("over 64 characters");
});

const granted = async (settings: object): Promise<readonly Statement[]> => {
  const template = await build({ work: { role: "WorkRole", ...settings } }, { work: [] });
  return statements(template, "WorkRole").slice(1);
};

test("all of Polly's voices are one resource; nothing else is had with a star", async () => {
  const functions = { speak: { role: "SpeakRole" } };
  const star = (...actions: string[]) => build(functions, { speak: [{ actions, resources: ["*"] }] });
  const template = await star("polly:SynthesizeSpeech", "polly:DescribeVoices");
  expect(statements(template, "SpeakRole")[1]).toMatchObject({ Resource: ["*"] });
  await expect(star("polly:SynthesizeSpeech", "polly:PutLexicon")).rejects.toThrow('speak asks for "*"');
  await expect(star("s3:GetObject")).rejects.toThrow('speak asks for "*"');
});

describe("event sources and destinations", () => {
  test("a queue may be read and cleared", async () => {
    const statement = {
      Effect: "Allow",
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      Resource: [queue],
    };
    expect(await granted({ events: [{ sqs: { arn: queue } }] })).toEqual([statement]);
    expect(await granted({ events: [{ sqs: queue }] })).toEqual([statement]);
  });
  test("a stream may be read, its failures sent", async () => {
    const stream = { "Fn::GetAtt": ["Links", "StreamArn"] };
    const event = {
      stream: { type: "dynamodb", arn: stream, destinations: { onFailure: { type: "sqs", arn: queue } } },
    };
    expect((await granted({ events: [event] })).map(({ Action, Resource }) => [Action[0], Resource])).toEqual([
      ["dynamodb:DescribeStream", [stream]],
      ["sqs:SendMessage", [queue]],
    ]);
  });
  test("a failure destination may be sent to; a plain name is a function of the service", async () => {
    expect(await granted({ destinations: { onFailure: { type: "sqs", arn: queue }, onSuccess: "work" } })).toEqual([
      {
        Effect: "Allow",
        Action: ["lambda:InvokeFunction"],
        Resource: [
          { "Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:shop-local-work" },
        ],
      },
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [queue] },
    ]);
    const topic = "arn:aws:sns:us-east-1:000000000000:t";
    expect(await granted({ destinations: { onFailure: topic } })).toEqual([
      { Effect: "Allow", Action: ["sns:Publish"], Resource: [topic] },
    ]);
  });
  test("what pushes needs no right", async () => {
    expect(await granted({ events: [{ httpApi: "GET /" }, { s3: "b" }, { schedule: "rate(1 day)" }] })).toEqual([]);
  });
  test("a schedule of EventBridge Scheduler gets a role that may invoke just these functions", async () => {
    const functions = {
      daily: { role: "DailyRole", events: [{ schedule: { method: "scheduler", rate: ["cron(0 2 * * ? *)"] } }] },
      other: { role: "OtherRole", name: "named" },
    };
    const template = await build(functions, { daily: [], other: [] });
    expect(statements(template, "SchedulerRole")).toMatchObject([
      {
        Action: ["lambda:InvokeFunction"],
        Resource: [{ "Fn::Sub": expect.stringMatching(/:function:shop-local-daily$/) }],
      },
    ]);
  });
});

describe("what is refused", () => {
  test.each<[string, object, RoleList, string]>([
    ["a function without an entry", { a: { role: "ARole" } }, {}, "a has no entry in roles.cjs"],
    ["an entry without a function", {}, { a: [] }, "a of roles.cjs is no function"],
    ["a function that does not name its role", { a: {} }, { a: [] }, 'a needs "role: ARole"'],
    ["any action", { a: { role: "ARole" } }, { a: [{ actions: ["s3:Get*"], resources: ["x"] }] }, 's for "s3:Get*"'],
    ["any resource", { a: { role: "ARole" } }, { a: [{ actions: ["s3:GetObject"], resources: ["*"] }] }, 's for "*"'],
    [
      "a statement about nothing",
      { a: { role: "ARole" } },
      { a: [{ actions: [], resources: ["x"] }] },
      "without actions",
    ],
    [
      "a destination of unknown kind",
      { a: { role: "ARole", destinations: { onFailure: { arn: queue } } } },
      { a: [] },
      'needs "type: sqs"',
    ],
    ["onError", { a: { role: "ARole", onError: "arn" } }, { a: [] }, "use destinations.onFailure"],
    [
      "a Kinesis stream",
      { a: { role: "ARole", events: [{ stream: { type: "kinesis", arn: "x" } }] } },
      { a: [] },
      "only dynamodb",
    ],
  ])("%s", async (_name, functions, list, message) => {
    await expect(build(functions, list)).rejects.toThrow(message);
  });
});

test("the list may depend on service and stage; a part of a resource is said with within", async () => {
  const template = await roles(({ service, stage }) => ({
    a: [
      {
        actions: ["s3:GetObject"],
        resources: [`arn:aws:s3:::${service}-${stage}/uploads/*`, within("Table", "/index/gsi1")],
      },
    ],
  }))(source({ a: { role: "ARole" } }));
  expect(statements(template, "ARole")[1]?.Resource).toEqual([
    "arn:aws:s3:::shop-local/uploads/*",
    { "Fn::Sub": "${Table.Arn}/index/gsi1" },
  ]);
});
