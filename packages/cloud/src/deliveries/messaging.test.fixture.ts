// Queues, functions, topics, buses and schedules on the real gateway: for tests of what is delivered from one to another.
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SNSClient } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { ATTRIBUTES } from "../cloudformation/checks/attributes.ts";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import type { Created, Properties, ResourceType } from "../cloudformation/resource-type.ts";
import { createEvents } from "../events/index.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { createGateway } from "../gateway/gateway.ts";
import { openListener } from "../gateway/listener.ts";
import { createRequestLog } from "../gateway/request-log.ts";
import { layGround } from "../ground.ts";
import { createIam } from "../iam/index.ts";
import type { Statement } from "../iam/policy.ts";
import { createLambda } from "../lambda/index.ts";
import { createLogs } from "../logs/index.ts";
import { createScheduler } from "../scheduler/index.ts";
import { createSns } from "../sns/index.ts";
import { createSqs } from "../sqs/index.ts";
import { createDeliver } from "./deliver.ts";

export const START = Date.parse("2026-11-21T08:00:00.000Z");

export const arnOf = (service: string, name: string): string => `arn:aws:${service}:us-east-1:000000000000:${name}`;

const refuse = async (): Promise<void> => {};

const readObject = (): Promise<Buffer> => Promise.reject(new AwsError("NoSuchKey", 404, "there are no objects here"));

const context = (logicalId: string) => contextOf("app-local", logicalId);

export const openMessaging = async ({ folder, frozenAt = START }: { folder?: string; frozenAt?: number } = {}) => {
  const reports: string[] = [];
  let port = 0;
  const endpoint = (): string => `http://127.0.0.1:${port}`;
  const report = (message: string, error?: unknown): void => {
    reports.push(`${message} ${error instanceof Error ? error.message : ""}`);
  };
  const ground = layGround({ frozenAt, endpoint, report, ...(folder !== undefined && { folder }) });
  const metrics: string[] = [];
  ground.bus.on("metric-counted", ({ namespace, name }) => metrics.push(`${namespace}/${name}`));
  const iam = createIam(ground);
  const logs = createLogs(ground);
  const sqs = createSqs(ground, iam);
  const deliver = createDeliver(iam, () => ({ lambda, sqs, sns, events }));
  const lambda = createLambda(ground, { iam, logs, deliver, s3: { readObject }, maxEnvironments: 2, spares: 0 });
  const sns = createSns(ground, { iam, deliver });
  const events = createEvents(ground, { iam, deliver });
  const scheduler = createScheduler(ground, { iam, deliver });
  const services = [iam, logs, sqs, lambda, sns, events, scheduler].map(({ service }) => service);
  const gateway = createGateway({
    ground,
    iam,
    services: new Map(services.map((service) => [service.name, service])),
    requests: createRequestLog(),
    admin: refuse,
    httpApi: refuse,
  });
  const listener = await openListener(0, gateway, report);
  port = listener.port;
  await lambda.start();
  for (const part of [sns, events, scheduler]) part.start();

  const client = {
    endpoint: endpoint(),
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  };
  const clients = {
    sns: new SNSClient(client),
    sqs: new SQSClient(client),
    events: new EventBridgeClient(client),
    scheduler: new SchedulerClient(client),
    logs: new CloudWatchLogsClient(client),
  };
  const type = (name: string): ResourceType => {
    const found = services.map(({ types }) => types[name]).find((candidate) => candidate !== undefined);
    if (found === undefined) throw new Error(`no type ${name}`);
    return found;
  };
  const create = async (name: string, properties: Properties, logicalId = "Thing"): Promise<Created> => {
    const unknown = Object.keys(properties).find((each) => !Object.hasOwn(type(name).properties, each));
    if (unknown !== undefined) throw new Error(`${name} has no ${unknown}`);
    type(name).check?.(properties);
    const created = await type(name).create(properties, context(logicalId));
    const unasked = Object.keys(created.attributes).find((each) => ATTRIBUTES[name]?.includes(each) !== true);
    if (unasked !== undefined) throw new Error(`templates cannot ask ${name} for ${unasked}`);
    return created;
  };
  const createRole = async (
    name: string,
    statements: readonly Statement[],
    service: string,
    Condition?: Statement["Condition"],
  ): Promise<string> => {
    const who = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
    const trust = { ...who, ...(Condition !== undefined && { Condition }) };
    const Policies = [{ PolicyName: "p", PolicyDocument: { Version: "2012-10-17", Statement: statements } }];
    await create("AWS::IAM::Role", {
      RoleName: name,
      AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [trust] },
      ...(statements.length > 0 && { Policies }),
    });
    return `arn:aws:iam::000000000000:role/${name}`;
  };
  return {
    ...ground,
    ground,
    clients,
    iam,
    sns,
    events,
    deliver,
    reports,
    metrics,
    type,
    create,
    context,
    createRole,
    /** A function that logs its event, and may be called by `service`. */
    createFunction: async (name: string, service?: string): Promise<string> => {
      const logging = { Effect: "Allow", Action: "logs:*", Resource: "*" } as const;
      const Role = await createRole(`${name}-role`, [logging], "lambda.amazonaws.com");
      const Code = { ZipFile: "exports.handler = async (event) => console.log('EVENT ' + JSON.stringify(event))" };
      await create("AWS::Lambda::Function", { FunctionName: name, Handler: "index.handler", Runtime: "nodejs24.x", Role, Code }); // prettier-ignore
      if (service !== undefined) {
        const permission = { FunctionName: name, Action: "lambda:InvokeFunction", Principal: service };
        await create("AWS::Lambda::Permission", permission);
      }
      return arnOf("lambda", `function:${name}`);
    },
    /** The events that a function logged. */
    eventsOf: async (name: string): Promise<readonly Record<string, unknown>[]> => {
      await ground.work.idle();
      const command = new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` });
      const found = await clients.logs.send(command).catch(() => ({ events: [] }));
      return (found.events ?? []).flatMap(({ message = "" }) => {
        const at = message.indexOf("EVENT ");
        return at < 0 ? [] : [JSON.parse(message.slice(at + 6)) as Record<string, unknown>]; // what the function logged
      });
    },
    /** A queue that `service` may send to. */
    createQueue: async (name: string, service?: string, attributes: Record<string, string> = {}): Promise<string> => {
      const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
      if (service !== undefined) {
        const Statement = { Effect: "Allow", Principal: { Service: service }, Action: "sqs:SendMessage", Resource: arnOf("sqs", name) }; // prettier-ignore
        const Attributes = { Policy: JSON.stringify({ Version: "2012-10-17", Statement }) };
        await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
      }
      return arnOf("sqs", name);
    },
    /** Takes up to ten messages of a queue. */
    receive: async (name: string) => {
      await ground.work.idle();
      const QueueUrl = `${endpoint()}/000000000000/${name}`;
      const { Messages = [] } = await clients.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["All"],
        }),
      );
      for (const { ReceiptHandle } of Messages) {
        await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return Messages;
    },
    close: async (): Promise<void> => {
      for (const each of Object.values(clients)) each.destroy();
      ground.clock.close();
      await listener.close();
      sns.close();
      await lambda.close();
      ground.store.close();
    },
  };
};

export type Messaging = Awaited<ReturnType<typeof openMessaging>>;
