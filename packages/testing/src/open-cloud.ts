// An empty AWS for one test file: own port, own state, and a clock that stands still until the test moves it.
import { adminClient, type AdminClient } from "./admin-client.ts";
import { type App, deployApp, type DeployAppOptions } from "./app.ts";
import { type TestClock, testClock } from "./clock.ts";
import { followClock } from "./date.ts";
import { type DeadLetters, readDeadLetters } from "./dead-letters.ts";
import { EVENT_TIME } from "./events/deterministic.ts";
import { type Faults, faultsOf } from "./faults.ts";
import { takeLease } from "./lease.ts";
import { createSecrets, type Secrets } from "./secrets.ts";

export interface OpenCloudOptions {
  /** Where the clock stands, ms since 1970; default 2026-01-15T12:00:00Z, the time of the event factories. */
  readonly at?: number;
  /** A real clock instead of a frozen one. */
  readonly clock?: "frozen" | "real";
  /** Most live processes per function; default 2: enough for what happens at once, and the same on every machine. */
  readonly maxEnvironments?: number;
  /** Stages that may be deployed; default `local` alone. */
  readonly stages?: readonly string[];
}

export interface RequestRecord {
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  readonly principal: string;
  readonly status: number;
  readonly error?: string;
  /** Of Polly's calls: characters, voice, engine, format. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

export interface LogLine {
  readonly function: string;
  readonly timestamp: number;
  readonly message: string;
}

/** An AWS for one test file. */
export interface TestCloud extends AdminClient {
  readonly endpoint: string;
  /** Environment of any AWS client as the developer: endpoint, keys, region. */
  readonly env: Readonly<Record<string, string>>;
  /** Deploys a packaged service: its folder (from the repository's root or the working directory). */
  readonly deploy: (folder: string, options?: DeployAppOptions) => Promise<App>;
  readonly clock: TestClock;
  /** What fails on request. */
  readonly faults: Faults;
  /** Waits until every invocation and delivery has ended; answers what lies in dead-letter queues. */
  readonly idle: () => Promise<DeadLetters>;
  /** What was asked of AWS, oldest first. */
  readonly requests: (filter?: { service?: string; action?: string }) => Promise<readonly RequestRecord[]>;
  readonly logs: (functionName?: string) => Promise<readonly LogLine[]>;
  readonly denials: () => Promise<
    readonly { readonly message: string; readonly action: string; readonly resource: string }[]
  >;
  /** Texts that no log line may hold. What requests to an app and `newUser` tell in confidence is planted by itself. */
  readonly plant: Secrets["plant"];
  /** Ends the cloud. Throws when a function has logged a planted text. */
  readonly close: () => Promise<void>;
}

/** Throws when a line of any function holds what was planted. */
const assertSilent = async (secrets: Secrets, readLogs: TestCloud["logs"]): Promise<void> => {
  const leaks = secrets.leaks((await readLogs()).map(({ message }) => message));
  if (leaks.length > 0) throw new Error(`Functions logged what was told in confidence:\n${leaks.join("\n")}`);
};

/** Opens an empty cloud; close it in `afterAll`. */
export const openCloud = async (options: OpenCloudOptions = {}): Promise<TestCloud> => {
  const { at = EVENT_TIME, clock = "frozen", maxEnvironments, stages } = options;
  const wanted = {
    ...(clock === "frozen" && { frozenAt: at }),
    ...(maxEnvironments !== undefined && { maxEnvironments }),
    ...(stages !== undefined && { stages }),
  };
  if (!Number.isFinite(at)) throw new RangeError(`${String(at)} is no time: say ms since 1970`);
  const lease = await takeLease(wanted);
  const admin = adminClient(lease.endpoint, () => time.now());
  const time = testClock(admin, clock === "frozen" ? at : undefined);
  const release = followClock(time.now);
  const apps: App[] = [];
  const secrets = createSecrets();
  const { plant } = secrets;
  const logs: TestCloud["logs"] = async (functionName) => {
    const query = functionName === undefined ? "" : `?function=${encodeURIComponent(functionName)}`;
    return (await admin.ask<{ lines: LogLine[] }>("GET", `/logs${query}`)).lines;
  };
  return {
    ...admin,
    plant,
    endpoint: lease.endpoint,
    env: {
      AWS_ENDPOINT_URL: lease.endpoint,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_REGION: "us-east-1",
    },
    deploy: async (folder, deployOptions) => {
      const app = await deployApp({ ...admin, plant }, folder, deployOptions);
      apps.push(app);
      return app;
    },
    clock: time,
    faults: faultsOf(admin),
    idle: async () => {
      await admin.ask("POST", "/idle", {});
      return readDeadLetters(admin, apps);
    },
    requests: async (filter = {}) => {
      const { requests } = await admin.ask<{ requests: RequestRecord[] }>(
        "GET",
        `/requests?${new URLSearchParams(filter).toString()}`,
      );
      return requests;
    },
    logs,
    denials: async () =>
      (await admin.ask<{ denials: Awaited<ReturnType<TestCloud["denials"]>> }>("GET", "/denials")).denials,
    close: async () => {
      release();
      try {
        await assertSilent(secrets, logs);
      } finally {
        await lease.close();
      }
    },
  };
};
