// Makes every AWS service and gives each the ports it may use. The order is that of who needs whom.
import type { CloudOptions } from "./api.ts";
import { createCloudFormation } from "./cloudformation/index.ts";
import { createCloudWatch } from "./cloudwatch/index.ts";
import { createCognito } from "./cognito/index.ts";
import { createDeliver } from "./deliveries/deliver.ts";
import { createDynamoDb } from "./dynamodb/index.ts";
import { connectLogSubscriptions } from "./event-sources/log-subscriptions.ts";
import { connectQueueMappings } from "./event-sources/queue-mappings.ts";
import { connectS3Notifications } from "./event-sources/s3-notifications.ts";
import { connectStreamMappings } from "./event-sources/stream-mappings.ts";
import { createEcr } from "./ecr/index.ts";
import { createEvents } from "./events/index.ts";
import type { Service } from "./gateway/service.ts";
import { createHttpApi } from "./http-api/index.ts";
import { createIam } from "./iam/index.ts";
import { createLambda } from "./lambda/index.ts";
import { createLogs } from "./logs/index.ts";
import { createPolly } from "./polly/index.ts";
import type { Ground } from "./ports.ts";
import { createS3 } from "./s3/index.ts";
import { createScheduler } from "./scheduler/index.ts";
import { createSecrets } from "./secrets/index.ts";
import { createSns } from "./sns/index.ts";
import { createSqs } from "./sqs/index.ts";
import { createSsm } from "./ssm/index.ts";
import { createSts } from "./sts/index.ts";

/** All services, connected. Those with `start` and `close` are given back by name. */
export const makeServices = (ground: Ground, options: CloudOptions) => {
  const iam = createIam(ground);
  // Who delivers may be delivered to: the targets are looked up at the first delivery, when all of them exist.
  const deliver = createDeliver(iam, () => ({ lambda, sqs, sns, events }));
  const logs = createLogs(ground);
  const s3 = createS3(ground, iam);
  const sqs = createSqs(ground, iam);
  const lambda = createLambda(ground, {
    iam,
    logs,
    s3,
    deliver,
    ...(options.codeFolder !== undefined && { codeFolder: options.codeFolder }),
    ...(options.maxEnvironments !== undefined && { maxEnvironments: options.maxEnvironments }),
    ...(options.inspect !== undefined && { inspect: options.inspect }),
    ...(options.allowNet !== undefined && { allowNet: options.allowNet }),
    ...(options.spares !== undefined && { spares: options.spares }),
  });
  const sns = createSns(ground, { iam, deliver });
  const events = createEvents(ground, { iam, deliver });
  const scheduler = createScheduler(ground, { iam, deliver });
  const cloudWatch = createCloudWatch(ground, { deliver, gauges: sqs.gauges });
  const ssm = createSsm(ground);
  const secrets = createSecrets(ground);
  const cognito = createCognito(ground, { lambda });
  const dynamodb = createDynamoDb(ground);
  const fast = (options.voices ?? process.env["WARMSTART_VOICE"]) === "fast";
  const polly = createPolly(ground, { s3, deliver, fast });
  const ports = options.apiPorts ?? (options.folder === undefined ? "free" : { from: 4600, to: 4699 });
  const httpApi = createHttpApi(ground, { iam, lambda, keysOf: cognito.keysOf, ports });
  const parts = [
    iam,
    createSts(ground, iam),
    logs,
    s3,
    dynamodb,
    sqs,
    lambda,
    httpApi,
    sns,
    events,
    scheduler,
    cloudWatch,
    ssm,
    secrets,
    cognito,
    polly,
    createEcr(),
  ];
  const services: Service[] = parts.map(({ service }) => service);
  const cloudFormation = createCloudFormation(ground, {
    services: () => services,
    stages: options.stages ?? ["local"],
    resolveUrl: httpApi.resolveUrl,
    readObject: s3.readObject,
    references: { ssm: ssm.valueOf, secret: secrets.valueOf },
    secondOpinion: options.folder !== undefined,
  });
  services.push(cloudFormation.service);
  connectS3Notifications(ground, { s3, lambda, deliver });
  connectLogSubscriptions(ground, { logs, lambda });
  const queueMappings = connectQueueMappings(ground, { lambda, sqs, iam });
  const streamMappings = connectStreamMappings(ground, { lambda, dynamodb, iam, deliver });
  /** In this order; CloudFormation last: it may roll an interrupted deploy back through the others' types. */
  const start = async (): Promise<void> => {
    await lambda.start();
    await httpApi.start();
    sqs.start();
    queueMappings.start();
    streamMappings.start();
    sns.start();
    events.start();
    scheduler.start();
    cloudWatch.start();
    polly.start();
    await cloudFormation.start();
  };
  const close = async (): Promise<void> => {
    cloudFormation.close();
    const mappingsClosed = queueMappings.close();
    streamMappings.close();
    await httpApi.close();
    sns.close();
    await lambda.close();
    await polly.close();
    await mappingsClosed;
  };
  return { iam, s3, sqs, sns, lambda, cognito, cloudWatch, httpApi, cloudFormation, services, start, close };
};
