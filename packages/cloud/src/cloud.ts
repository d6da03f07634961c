// The composition root: makes clock, store, bus and services, hands each what it may use, and opens the port.
import { createAdmin } from "./admin/admin.ts";
import { deployFolder } from "./admin/deploy.ts";
import { createLoopback } from "./admin/loopback.ts";
import { adminRoutes } from "./admin/routes.ts";
import { statusOf } from "./admin/status.ts";
import type { Cloud, CloudOptions } from "./api.ts";
import { createBus } from "./bus/bus.ts";
import { createClock } from "./clock/clock.ts";
import { createWork } from "./clock/work.ts";
import { createGateway } from "./gateway/gateway.ts";
import { openListener } from "./gateway/listener.ts";
import { createRequestLog } from "./gateway/request-log.ts";
import type { Ground } from "./ports.ts";
import { makeServices } from "./services.ts";
import { openStore } from "./store/store.ts";

const DEFAULT_PORT = 4566;
const REGION = "us-east-1";

const printReport = (message: string, error?: unknown): void => {
  const cause =
    error === undefined ? "" : `: ${error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error)}`;
  process.stderr.write(`warmstart: ${message}${cause}\n`);
};

const layGround = (options: CloudOptions, endpoint: () => string): Ground => {
  const report = options.report ?? printReport;
  const work = createWork();
  const clock = createClock({
    ...(options.frozenAt !== undefined && { frozenAt: options.frozenAt }),
    idle: () => work.idle(),
    onError: (error, label) => report(`The timer "${label}" failed`, error),
  });
  const store = openStore(options.folder === undefined ? {} : { folder: options.folder });
  return { clock, store, bus: createBus(), work, region: REGION, endpoint, report };
};

/** Starts an embedded AWS on 127.0.0.1 and resolves when it answers. */
export const createCloud = async (options: CloudOptions = {}): Promise<Cloud> => {
  let port = options.port ?? DEFAULT_PORT;
  const endpoint = (): string => `http://127.0.0.1:${port}`;
  const ground = layGround(options, endpoint);
  const { clock, store, work, report } = ground;
  const { iam, s3, lambda, httpApi, cloudFormation, services } = makeServices(ground, options);
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
  };
  const admin = createAdmin(adminRoutes({ cloud, lambda, iam, loopback, ...options }));
  const byName = new Map(services.map((service) => [service.name, service]));
  const gateway = createGateway({ clock, iam, services: byName, requests, admin, httpApi: httpApi.handle, report });
  const listener = await openListener(port, gateway, report).catch((error: unknown) => {
    store.close();
    throw error;
  });
  port = listener.port;
  let closed: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    clock.close();
    await listener.close();
    await httpApi.close();
    await lambda.close();
    store.close();
  };
  const close = (): Promise<void> => (closed ??= closeAll());
  try {
    await lambda.start();
    await httpApi.start();
    await cloudFormation.start(); // last: it may roll an interrupted deploy back through the others' types
  } catch (error) {
    await close(); // an open port would keep the process alive
    throw error;
  }
  return { ...cloud, endpoint: endpoint(), close };
};
