// Services behind the real gateway on a free port, without the rest of the cloud: for tests of one service.
import type { Clock } from "../clock/clock.ts";
import { layGround } from "../ground.ts";
import { createIam } from "../iam/index.ts";
import type { AccountIam, Ground } from "../ports.ts";
import { createGateway } from "./gateway.ts";
import { openListener } from "./listener.ts";
import { createRequestLog } from "./request-log.ts";
import type { Service } from "./service.ts";

export interface Served {
  readonly endpoint: string;
  readonly ground: Ground;
  readonly clock: Clock;
  readonly iam: AccountIam;
  /** Settings of an SDK client of the developer. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly close: () => Promise<void>;
}

export interface ServeOptions {
  /** Without it the clock runs. */
  readonly frozenAt?: number;
  readonly folder?: string;
}

const refuse = (): Promise<void> => Promise.reject(new Error("not served here"));

/** Serves what `make` makes; two with the same folder, one after the other, show what survives. */
export const serve = async (
  make: (ground: Ground, iam: AccountIam) => readonly Service[],
  { frozenAt, folder }: ServeOptions = {},
): Promise<Served> => {
  const failures: unknown[] = [];
  const report = (message: string, error?: unknown): void => {
    failures.push(message, error);
  };
  let endpoint = "";
  const ground = layGround({
    endpoint: () => endpoint,
    report,
    ...(frozenAt !== undefined && { frozenAt }),
    ...(folder !== undefined && { folder }),
  });
  const { clock, store } = ground;
  const iam = createIam(ground);
  const services = new Map(make(ground, iam).map((service) => [service.name, service]));
  const gateway = createGateway({
    ground,
    iam,
    services,
    requests: createRequestLog(),
    admin: refuse,
    httpApi: refuse,
  });
  const listener = await openListener(0, gateway, report);
  endpoint = `http://127.0.0.1:${listener.port}`;
  return {
    endpoint,
    ground,
    clock,
    iam,
    client: { endpoint, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } },
    close: async () => {
      clock.close();
      await listener.close();
      store.close();
      if (failures.length > 0)
        throw new AggregateError(failures, `the cloud reported: ${failures.map(String).join("; ")}`);
    },
  };
};
