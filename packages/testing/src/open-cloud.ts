// An empty AWS for one test file: own port, own state, and a clock that stands still until the test moves it.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { adminClient, type AdminClient } from "./admin-client.ts";
import { type App, deployApp, type DeployAppOptions } from "./app.ts";
import { followClock } from "./date.ts";
import { type DeadLetters, readDeadLetters } from "./dead-letters.ts";
import { type Duration, toMs } from "./duration.ts";
import { EVENT_TIME } from "./events/deterministic.ts";
import { send } from "./http-client.ts";

export interface OpenCloudOptions {
  /** Where the clock stands, ms since 1970; default 2026-01-15T12:00:00Z, the time of the event factories. */
  readonly at?: number;
  /** A real clock instead of a frozen one. */
  readonly clock?: "frozen" | "real";
  /** Most live processes per function. */
  readonly maxEnvironments?: number;
}

export interface Fired {
  readonly time: string;
  readonly label: string;
}

export interface RequestRecord {
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  readonly principal: string;
  readonly status: number;
  readonly error?: string;
}

export interface LogLine {
  readonly function: string;
  readonly timestamp: number;
  readonly message: string;
}

export interface TestCloud extends AdminClient {
  readonly endpoint: string;
  /** Environment of any AWS client as the developer: endpoint, keys, region. */
  readonly env: Readonly<Record<string, string>>;
  /** Deploys a packaged service: its folder (from the repository's root or the working directory). */
  readonly deploy: (folder: string, options?: DeployAppOptions) => Promise<App>;
  readonly clock: {
    readonly now: () => number;
    /** Moves time on; due timers fire in order, each after the cloud is idle. Answers what fired. */
    readonly advance: (by: Duration) => Promise<readonly Fired[]>;
  };
  /** Waits until every invocation and delivery has ended; answers what lies in dead-letter queues. */
  readonly idle: () => Promise<DeadLetters>;
  /** What was asked of AWS, oldest first. */
  readonly requests: (filter?: { service?: string; action?: string }) => Promise<readonly RequestRecord[]>;
  readonly logs: (functionName?: string) => Promise<readonly LogLine[]>;
  readonly denials: () => Promise<
    readonly { readonly message: string; readonly action: string; readonly resource: string }[]
  >;
  readonly close: () => Promise<void>;
}

interface Lease {
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

const leaseFromPool = async (pool: string, options: object): Promise<Lease> => {
  const { status, json, text } = await send("POST", `${pool}/clouds`, { body: options });
  if (status !== 200) throw new Error(`The pool of clouds answered ${status}: ${text}`);
  const { id, endpoint } = json as { id: string; endpoint: string }; // our own pool's answer
  return { endpoint, close: async () => void (await send("DELETE", `${pool}/clouds/${id}`)) };
};

/** Without the preset's pool, a pool of one's own that ends with the cloud. */
const leaseFromOwnPool = async (options: object): Promise<Lease> => {
  const { url, stop } = await startPool();
  const lease = await leaseFromPool(url, options);
  return {
    endpoint: lease.endpoint,
    close: async () => {
      await lease.close();
      await stop();
    },
  };
};

/** Starts the process that holds the clouds of a test run. */
export const startPool = async (): Promise<{ url: string; stop: () => Promise<void> }> => {
  const program = fileURLToPath(import.meta.resolve("@warmstart/testing/pool"));
  const args = ["--disable-warning=ExperimentalWarning", program];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (line: Buffer) => resolve(line.toString("utf8").trim()));
    child.once("exit", (code) => reject(new Error(`The pool of clouds ended at its start (exit status ${code})`)));
  });
  child.unref();
  return {
    url,
    stop: async () => {
      child.stdin.end(); // the pool closes its clouds and ends when its input does, so it never outlives a killed run
      await exited;
    },
  };
};

/** Opens an empty cloud; close it in `afterAll`. */
export const openCloud = async (options: OpenCloudOptions = {}): Promise<TestCloud> => {
  const { at = EVENT_TIME, clock = "frozen", maxEnvironments } = options;
  const wanted = {
    ...(clock === "frozen" && { frozenAt: at }),
    ...(maxEnvironments !== undefined && { maxEnvironments }),
  };
  const pool = process.env["WARMSTART_POOL"];
  const lease = pool === undefined ? await leaseFromOwnPool(wanted) : await leaseFromPool(pool, wanted);
  const admin = adminClient(lease.endpoint);
  let now = at;
  const release = clock === "frozen" ? followClock(() => now) : (): void => {};
  const apps: App[] = [];
  return {
    ...admin,
    endpoint: lease.endpoint,
    env: {
      AWS_ENDPOINT_URL: lease.endpoint,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_REGION: "us-east-1",
    },
    deploy: async (folder, deployOptions) => {
      const app = await deployApp(admin, folder, deployOptions);
      apps.push(app);
      return app;
    },
    clock: {
      now: () => (clock === "frozen" ? now : Date.now()),
      advance: async (by) => {
        const moved = await admin.ask<{ now: string; fired: readonly Fired[] }>("POST", "/clock", {
          advance: toMs(by),
        });
        now = Date.parse(moved.now);
        return moved.fired;
      },
    },
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
    logs: async (functionName) => {
      const query = functionName === undefined ? "" : `?function=${encodeURIComponent(functionName)}`;
      return (await admin.ask<{ lines: LogLine[] }>("GET", `/logs${query}`)).lines;
    },
    denials: async () =>
      (await admin.ask<{ denials: Awaited<ReturnType<TestCloud["denials"]>> }>("GET", "/denials")).denials,
    close: async () => {
      release();
      await lease.close();
    },
  };
};
