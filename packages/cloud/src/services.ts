// Makes every AWS service and gives each the ports it may use. The order is that of who needs whom.
import { createCloudFormation } from "./cloudformation/index.ts";
import { createDynamoDb } from "./dynamodb/index.ts";
import { connectLogSubscriptions } from "./event-sources/log-subscriptions.ts";
import { connectS3Notifications } from "./event-sources/s3-notifications.ts";
import { createHttpApi } from "./http-api/index.ts";
import { createIam } from "./iam/index.ts";
import { createLambda } from "./lambda/index.ts";
import { createLogs } from "./logs/index.ts";
import { createS3 } from "./s3/index.ts";
import { createSqs } from "./sqs/index.ts";
import { createSts } from "./sts/index.ts";
import type { CloudOptions } from "./api.ts";
import type { Service } from "./gateway/service.ts";
import type { Ground } from "./ports.ts";

/** All services, connected. Those with `start` and `close` are given back by name. */
export const makeServices = (ground: Ground, options: CloudOptions) => {
  const iam = createIam(ground);
  const logs = createLogs(ground);
  const s3 = createS3(ground, iam);
  const sqs = createSqs(ground, iam);
  const lambda = createLambda(ground, {
    iam,
    logs,
    s3,
    sqs,
    ...(options.codeFolder !== undefined && { codeFolder: options.codeFolder }),
    ...(options.maxEnvironments !== undefined && { maxEnvironments: options.maxEnvironments }),
  });
  const ports = options.apiPorts ?? (options.folder === undefined ? "free" : { from: 4600, to: 4699 });
  const httpApi = createHttpApi(ground, { iam, lambda, ports });
  const parts = [iam, createSts(ground, iam), logs, s3, createDynamoDb(ground), sqs, lambda, httpApi];
  const services: Service[] = parts.map(({ service }) => service);
  const cloudFormation = createCloudFormation(ground, {
    services: () => services,
    stages: options.stages ?? ["local"],
    resolveUrl: httpApi.resolveUrl,
    readObject: s3.readObject,
  });
  services.push(cloudFormation.service);
  connectS3Notifications(ground, { s3, lambda });
  connectLogSubscriptions(ground, { logs, lambda });
  return { iam, s3, lambda, httpApi, cloudFormation, services };
};
