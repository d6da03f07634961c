// The composition root: makes clock, store, bus and services, hands each what it may use, and opens the port.
import { createAdmin } from "./admin/admin.ts";
import { createFeed } from "./admin/feed.ts";
import { deployFolder } from "./admin/deploy.ts";
import { createLoopback } from "./admin/loopback.ts";
import { type AdminPorts, adminRoutes } from "./admin/routes.ts";
import { statusOf } from "./admin/status.ts";
import type { Cloud, CloudOptions } from "./api.ts";
import { createGateway } from "./gateway/gateway.ts";
import { openListener } from "./gateway/listener.ts";
import { createRequestLog } from "./gateway/request-log.ts";
import { layGround } from "./ground.ts";
import type { OutboxMessage } from "./ports.ts";
import { makeServices } from "./services.ts";
import { readTrace } from "./trace/header.ts";

const DEFAULT_PORT = 4566;

const printReport = (message: string, error?: unknown): void => {
  const cause =
    error === undefined ? "" : `: ${error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error)}`;
  process.stderr.write(`warmstart: ${message}${cause}\n`);
};

/** Starts an embedded AWS on 127.0.0.1 and resolves when it answers. */
export const createCloud = async (options: CloudOptions = {}): Promise<Cloud> => {
  let port = options.port ?? DEFAULT_PORT;
  const endpoint = (): string => `http://127.0.0.1:${port}`;
  const { folder, frozenAt, report: given = printReport } = options;
  const ground = layGround({
    endpoint,
    report: given,
    ...(folder !== undefined && { folder }),
    ...(frozenAt !== undefined && { frozenAt }),
  });
  const { clock, store, work, report } = ground;
  const made = makeServices(ground, options);
  const { iam, s3, sqs, lambda, httpApi, cloudFormation, services } = made;
  const requests = createRequestLog();
  const loopback = createLoopback(endpoint);

  const cloud: Omit<Cloud, "endpoint" | "close"> = {
    deploy: (deployment) => deployFolder(deployment, { cloudFormation, putObject: loopback.putObject }),
    removeStack: async (stackName) => {
      for (const { type, physicalId } of cloudFormation.resources(stackName)) {
        if (type === "AWS::S3::Bucket") s3.emptyBucket(physicalId);
      }
      await cloudFormation.remove(stackName);
    },
    status: () => statusOf(endpoint(), cloudFormation),
    resources: (stackName) => cloudFormation.resources(stackName),
    advance: (ms) => clock.advance(ms),
    now: () => clock.now(),
    idle: (limitMs) => work.idle(limitMs),
    requests: requests.list,
    denials: () => iam.denials(),
    swapCode: lambda.swapCode,
  };
  const feed = createFeed(ground.bus);
  const callsOf: AdminPorts["callsOf"] = (traceId, segment) => {
    const spans = ground.traces.get(readTrace(traceId)?.root ?? "")?.spans ?? [];
    return spans.filter(({ kind, parent }) => kind === "call" && parent === segment);
  };
  const outbox = (): readonly OutboxMessage[] =>
    [...made.cognito.outbox(), ...made.sns.outbox()].toSorted((a, b) => (a.time < b.time ? -1 : 1));
  const ports = {
    cloud,
    ground,
    lambda,
    sqs,
    cloudWatch: made.cloudWatch,
    iam,
    loopback,
    endpoint,
    callsOf,
    outbox,
    signToken: made.cognito.signToken,
    ...options,
  };
  const admin = createAdmin(adminRoutes({ ...ports, requests: requests.list, denials: cloud.denials }), feed);
  const byName = new Map(services.map((service) => [service.name, service]));
  const gateway = createGateway({
    ground,
    iam,
    services: byName,
    requests,
    admin,
    httpApi: httpApi.handle,
    calling: lambda.calling,
  });
  const listener = await openListener(port, gateway, report).catch((error: unknown) => {
    store.close();
    throw error;
  });
  port = listener.port;
  let closed: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    clock.close();
    feed.close();
    await listener.close();
    await made.close();
    store.close();
  };
  const close = (): Promise<void> => (closed ??= closeAll());
  try {
    await made.start();
  } catch (error) {
    await close(); // an open port would keep the process alive
    throw error;
  }
  return { ...cloud, endpoint: endpoint(), close };
};
