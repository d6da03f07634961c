// What is deployed, and deploying, emptying and ending.
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { Cloud, CloudOptions } from "../../api.ts";
import { AwsError } from "../../gateway/aws-error.ts";
import { readLogs } from "../logs.ts";
import type { Loopback } from "../loopback.ts";
import { type AdminRoutes, list, nothing, route, texts } from "../route.ts";

const ServiceSchema = v.object({
  stack: v.string(),
  status: v.string(),
  url: v.exactOptional(v.string()),
  functions: list(v.string()),
  buckets: list(v.string()),
  tables: list(v.string()),
  queues: list(v.string()),
  inert: list(v.string()),
});
const State = v.object({ endpoint: v.string(), services: v.pipe(v.record(v.string(), ServiceSchema), v.readonly()) });
const Resource = v.object({ logicalId: v.string(), type: v.string(), physicalId: v.string(), status: v.string() });
const Deploy = v.strictObject({
  folder: v.string(),
  only: v.exactOptional(v.picklist(["resources"])),
  parameters: v.exactOptional(v.record(v.string(), v.string())),
  imports: v.exactOptional(v.record(v.string(), v.string())),
});
const Deployed = v.object({
  stackName: v.string(),
  service: v.string(),
  stage: v.string(),
  status: v.string(),
  changed: v.boolean(),
  outputs: texts,
  tags: texts,
  inert: list(v.string()),
});
const Line = v.object({ id: v.string(), function: v.string(), timestamp: v.number(), message: v.string() });
const LogQuery = v.object({
  function: v.exactOptional(v.string()),
  since: v.exactOptional(v.pipe(v.string(), v.digits())),
});

export interface StackPorts extends Pick<CloudOptions, "onDown" | "onReset"> {
  readonly cloud: Pick<Cloud, "deploy" | "removeStack" | "status" | "resources" | "idle">;
  readonly loopback: Loopback;
}

export const stackRoutes = ({ cloud, loopback, onDown, onReset }: StackPorts): AdminRoutes => {
  const id = randomUUID(); // a cloud that was reset is another one
  const Health = v.object({ ready: v.literal(true), pid: v.number(), id: v.string() });
  return {
    "GET /health": route({ answer: Health }, () => ({ ready: true as const, pid: process.pid, id })),
    "GET /state": route({ answer: State }, () => cloud.status()),
    "GET /resources/{stack}": route({ answer: v.object({ resources: list(Resource) }) }, ({ name }) => {
      const resources = cloud.resources(name);
      if (resources.length === 0) throw new AwsError("Not Found", 404, `there is no stack ${name}`);
      return { resources };
    }),
    "POST /deploy": route({ body: Deploy, answer: Deployed }, ({ body }) => cloud.deploy(body)),
    "DELETE /stacks/{stack}": route({ answer: nothing }, async ({ name }) => {
      await cloud.removeStack(name);
      return {};
    }),
    "GET /logs": route({ query: LogQuery, answer: v.object({ lines: list(Line) }) }, ({ query }) =>
      readLogs(new URLSearchParams(query), cloud.status(), loopback),
    ),
    "POST /idle": route({ body: v.object({ limitMs: v.optional(v.number()) }), answer: nothing }, async ({ body }) => {
      await cloud.idle(body.limitMs);
      return {};
    }),
    "POST /reset": route({ answer: nothing }, () => {
      onReset?.();
      return {};
    }),
    "POST /down": route({ answer: nothing }, () => {
      onDown?.();
      return {};
    }),
  };
};
