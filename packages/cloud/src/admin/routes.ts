// The routes of the admin API. What the console will use, the CLI and the test kit use today.
import { randomUUID } from "node:crypto";
import { number, object, optional, parse, picklist, record, string } from "valibot";
import type { Cloud, CloudOptions } from "../api.ts";
import type { Iam } from "../ports.ts";
import type { AdminRoutes } from "./admin.ts";
import type { Loopback } from "./loopback.ts";
import { readLogs } from "./logs.ts";

const Advance = object({ advanceMs: number() });
const Idle = object({ limitMs: optional(number()) });
const Deploy = object({
  folder: string(),
  only: optional(picklist(["resources"])),
  parameters: optional(record(string(), string())),
});

export interface AdminPorts extends Pick<CloudOptions, "onDown" | "onReset"> {
  readonly cloud: Omit<Cloud, "endpoint" | "close">;
  readonly lambda: {
    readonly status: () => unknown;
    readonly environmentOf: (functionName: string) => FunctionEnvironment;
  };
  readonly iam: Pick<Iam, "mint">;
  readonly loopback: Loopback;
}

export interface FunctionEnvironment {
  readonly roleArn: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Variables and role keys of a function, so that a handler in another process runs with the rights it will have. */
const environment = ({ lambda, iam, cloud }: AdminPorts, name: string): Record<string, string> => {
  const { roleArn, variables } = lambda.environmentOf(name);
  const keys = iam.mint(roleArn, name);
  return {
    ...variables,
    AWS_ENDPOINT_URL: cloud.status().endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
    AWS_LAMBDA_FUNCTION_NAME: name,
  };
};

export const adminRoutes = (ports: AdminPorts): AdminRoutes => {
  const { cloud, lambda, loopback, onDown, onReset } = ports;
  const id = randomUUID(); // a cloud that was reset is another one
  return {
    "GET /health": () => ({ ready: true, pid: process.pid, id }),
    "GET /state": () => cloud.status(),
    "GET /clock": () => ({ now: new Date(cloud.now()).toISOString() }),
    "POST /clock": async ({ body }) => {
      const fired = await cloud.advance(parse(Advance, body).advanceMs);
      return { now: new Date(cloud.now()).toISOString(), fired };
    },
    "POST /idle": ({ body }) => cloud.idle(parse(Idle, body).limitMs),
    "POST /deploy": ({ body }) => {
      const { folder, only, parameters } = parse(Deploy, body);
      return cloud.deploy({ folder, ...(only && { only }), ...(parameters && { parameters }) });
    },
    "DELETE /stacks/{name}": ({ name }) => cloud.removeStack(name),
    "GET /resources/{name}": ({ name }) => ({ resources: cloud.resources(name) }),
    "GET /functions": () => ({ functions: lambda.status() }),
    "GET /environment/{name}": ({ name }) => environment(ports, name),
    "GET /logs": ({ query }) => readLogs(query, cloud.status(), loopback),
    "GET /requests": ({ query }) => {
      const service = query.get("service");
      const action = query.get("action");
      return { requests: cloud.requests({ ...(service !== null && { service }), ...(action !== null && { action }) }) };
    },
    "GET /denials": () => ({ denials: cloud.denials() }),
    "POST /reset": () => onReset?.(),
    "POST /down": () => onDown?.(),
  };
};
