// IAM, Logs, SQS, Lambda and the mappings between them behind the real gateway, for the tests of queue mappings.
import { LambdaClient, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import type { Properties } from "../cloudformation/resource-type.ts";
import { createGateway } from "../gateway/gateway.ts";
import { openListener } from "../gateway/listener.ts";
import { createRequestLog } from "../gateway/request-log.ts";
import { layGround } from "../ground.ts";
import { createIam } from "../iam/index.ts";
import type { Statement } from "../iam/policy.ts";
import { createLambda } from "../lambda/index.ts";
import { createLogs } from "../logs/index.ts";
import { createSqs } from "../sqs/index.ts";
import { connectQueueMappings } from "./queue-mappings.ts";

export const START = Date.parse("2026-11-21T08:00:00.000Z");

const context = contextOf("test-local", "Thing");

const refuse = (): Promise<void> => Promise.reject(new Error("not served here"));

const deliver = (): never => {
  throw new Error("not here");
};

const arnOf = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`;

/** Everything that a function with a queue needs. */
const READS: readonly Statement[] = [
  { Effect: "Allow", Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource: "*" },
  { Effect: "Allow", Action: "logs:*", Resource: "*" },
];

export interface ReaderOptions {
  readonly statements?: readonly Statement[];
  readonly function?: Properties;
  readonly mapping?: Properties;
}

export const openQueueCloud = async ({
  folder,
  frozenAt = START,
}: { readonly folder?: string; readonly frozenAt?: number } = {}) => {
  const reports: string[] = [];
  let port = 0;
  const endpoint = (): string => `http://127.0.0.1:${port}`;
  const report = (message: string, error?: unknown): void => {
    reports.push(`${message} ${error instanceof Error ? error.message : JSON.stringify(error)}`);
  };
  const ground = layGround({ frozenAt, endpoint, report, ...(folder !== undefined && { folder }) });
  const seen: unknown[] = [];
  ground.bus.on("log-written", ({ events }) => {
    for (const { message } of events) {
      const at = message.indexOf("SEEN ");
      if (at >= 0) seen.push(JSON.parse(message.slice(at + "SEEN ".length)));
    }
  });
  const iam = createIam(ground);
  const logs = createLogs(ground);
  const sqs = createSqs(ground, iam);
  const s3 = { readObject: deliver };
  const lambda = createLambda(ground, { iam, logs, s3, deliver, maxEnvironments: 6, spares: 0 });
  const mappings = connectQueueMappings(ground, { lambda, sqs, iam });
  const services = [iam.service, logs.service, sqs.service, lambda.service];
  const gateway = createGateway({
    ground,
    iam,
    services: new Map(services.map((service) => [service.name, service])),
    requests: createRequestLog(),
    admin: refuse,
    httpApi: refuse,
    calling: lambda.calling,
  });
  const listener = await openListener(0, gateway, report);
  port = listener.port;
  await lambda.start();
  sqs.start();
  mappings.start();
  const region = "us-east-1";
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new SQSClient({ endpoint: endpoint(), region, credentials, maxAttempts: 1 });
  const lambdaClient = new LambdaClient({ endpoint: endpoint(), region, credentials });

  const create = async (type: string, properties: Properties) => {
    const found = services.map(({ types }) => types[type]).find((each) => each !== undefined);
    if (found === undefined) throw new Error(`no type ${type}`);
    found.check?.(properties);
    return await found.create(properties, context);
  };
  const functions = new Map<string, Properties>();
  const urlOf = (name: string): string => `${endpoint()}/000000000000/${name}`;
  return {
    ...ground,
    ground,
    iam,
    logs,
    sqs,
    lambda,
    client,
    reports,
    create,
    urlOf,
    arnOf,
    createQueue: async (QueueName: string, Attributes: Record<string, string> = {}) => {
      const fifo = QueueName.endsWith(".fifo") && { FifoQueue: "true" };
      await client.send(new CreateQueueCommand({ QueueName, Attributes: { ...fifo, ...Attributes } }));
    },
    /** A function that reads a queue; answers the id of the mapping. */
    createReader: async (name: string, queue: string, code: string, options: ReaderOptions = {}) => {
      const roleName = `${name}Role`;
      const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
      await create("AWS::IAM::Role", {
        RoleName: roleName,
        AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [trust] },
        Policies: [
          { PolicyName: "all", PolicyDocument: { Version: "2012-10-17", Statement: options.statements ?? READS } },
        ],
      });
      const properties = {
        FunctionName: name,
        Handler: "index.handler",
        Runtime: "nodejs24.x",
        Role: `arn:aws:iam::000000000000:role/${roleName}`,
        Code: { ZipFile: code },
        ...options.function,
      };
      functions.set(name, properties);
      await create("AWS::Lambda::Function", properties);
      const { physicalId } = await create("AWS::Lambda::EventSourceMapping", {
        EventSourceArn: arnOf(queue),
        FunctionName: name,
        ...options.mapping,
      });
      return physicalId;
    },
    enable: (UUID: string) => lambdaClient.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true })),
    reserve: async (name: string, ReservedConcurrentExecutions: number) => {
      const before = functions.get(name) ?? {};
      const changed = { ...before, ReservedConcurrentExecutions };
      await lambda.service.types["AWS::Lambda::Function"]?.update?.(name, changed, before, context);
    },
    send: (queue: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
      client.send(new SendMessageCommand({ QueueUrl: urlOf(queue), MessageBody, ...more })),
    sendAll: async (queue: string, bodies: readonly string[]) => {
      for (let at = 0; at < bodies.length; at += 10) {
        const Entries = bodies.slice(at, at + 10).map((MessageBody, index) => ({ Id: String(index), MessageBody }));
        await client.send(new SendMessageBatchCommand({ QueueUrl: urlOf(queue), Entries }));
      }
    },
    receive: async (queue: string) => {
      const command = new ReceiveMessageCommand({
        QueueUrl: urlOf(queue),
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ["All"],
      });
      return (await client.send(command)).Messages ?? [];
    },
    /** Visible, in flight. */
    depth: async (queue: string): Promise<readonly number[]> => {
      const command = new GetQueueAttributesCommand({ QueueUrl: urlOf(queue), AttributeNames: ["All"] });
      const { Attributes = {} } = await client.send(command);
      const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
      return names.map((name) => Number(new Map(Object.entries(Attributes)).get(name)));
    },
    /** What functions printed after `SEEN `, as JSON. */
    seen,
    close: async () => {
      client.destroy();
      lambdaClient.destroy();
      ground.clock.close();
      await listener.close();
      const closed = mappings.close();
      await lambda.close();
      await closed;
      ground.store.close();
    },
  };
};

export type QueueCloud = Awaited<ReturnType<typeof openQueueCloud>>;
