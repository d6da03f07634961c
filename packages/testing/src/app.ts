// A service deployed into a test cloud.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { AdminClient } from "./admin-client.ts";
import { assertFresh } from "./freshness.ts";
import { readRights, type Resource, type RoleRights } from "./least-privilege.ts";
import { type HttpRequest, type HttpResult, send } from "./http-client.ts";
import { answerChecker } from "./openapi/check-answer.ts";
import type { Document, Exchange } from "./openapi/routes.ts";
import { type Secrets, secretsOf } from "./secrets.ts";

export interface DeployAppOptions {
  /** Nothing calls the functions by itself: for handlers that run in the test's process. */
  readonly only?: "resources";
  readonly parameters?: Readonly<Record<string, string>>;
  /** Values by the names of the exports that the service imports: it is deployed without the stacks that export them. */
  readonly imports?: Readonly<Record<string, string>>;
}

type Send = (path: string, request?: HttpRequest) => Promise<HttpResult>;

/** A service deployed into a test cloud. */
export interface App {
  readonly service: string;
  readonly stackName: string;
  readonly folder: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Requests to the service's HTTP API. An answer that its openapi.json does not say is an error. */
  readonly http: Readonly<Record<"get" | "head" | "post" | "put" | "patch" | "delete" | "options", Send>> & {
    readonly url: string;
  };
  /** Physical name or id of a resource by its logical id. */
  readonly resource: (logicalId: string) => string;
  /** Evaluated variables and role keys of a function (named as in serverless.yml), for its handler in this process. */
  readonly env: (functionName: string) => Promise<Readonly<Record<string, string>>>;
  /** What each role of the stack may do and did so far, by logical id; and what was refused to it. */
  readonly rights: () => Promise<readonly RoleRights[]>;
}

interface Deployed {
  readonly service: string;
  readonly stage: string;
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Looked for from the working directory upwards, so `services/x` works from the root and from within a service. */
export const findFolder = (folder: string): string => {
  for (let base = resolve("."); ; base = dirname(base)) {
    const path = resolve(base, folder);
    if (existsSync(join(path, "serverless.yml"))) return path;
    if (base === dirname(base)) throw new Error(`No service (serverless.yml) in ${folder}, seen from ${resolve(".")}`);
  }
};

/** Throws for an answer that the service's openapi.json does not say; without that file anything goes. */
const documentedBy = (folder: string): ((exchange: Exchange) => void) => {
  const path = join(folder, "openapi.json");
  if (!existsSync(path)) return () => {};
  const check = answerChecker(JSON.parse(readFileSync(path, "utf8")) as Document); // the generator wrote it
  return (exchange) => {
    const wrong = check(exchange);
    if (wrong.length === 0) return;
    const { method, path, answer } = exchange;
    throw new Error(
      `${method} ${path} answered ${answer.status}, which is not as openapi.json says:\n${wrong.join("\n")}\n\n${answer.text.slice(0, 2000)}`,
    );
  };
};

interface HttpApi {
  readonly url: string | undefined;
  readonly stackName: string;
  readonly folder: string;
  readonly plant: Secrets["plant"];
}

const httpOf = ({ url, stackName, folder, plant }: HttpApi): App["http"] => {
  const check = documentedBy(folder);
  const to =
    (method: string): Send =>
    async (path, request) => {
      if (url === undefined) throw new Error(`${stackName} has no HTTP API`);
      plant(...secretsOf(path, request));
      const answer = await send(method, url + path, request);
      check({ method, path, answer });
      return answer;
    };
  const methods = { get: to("GET"), head: to("HEAD"), post: to("POST"), put: to("PUT"), patch: to("PATCH") };
  return { ...methods, delete: to("DELETE"), options: to("OPTIONS"), url: url ?? "" };
};

/** Deploys a packaged service. A missing or stale package is an Error naming the command to run. */
export const deployApp = async (
  admin: AdminClient & Pick<Secrets, "plant">,
  path: string,
  options: DeployAppOptions = {},
): Promise<App> => {
  const folder = findFolder(path);
  assertFresh(folder);
  const { service, stage, stackName, outputs } = await admin.ask<Deployed>("POST", "/deploy", { folder, ...options });
  const { resources } = await admin.ask<{ resources: readonly Resource[] }>("GET", `/resources/${stackName}`);
  return {
    service,
    stackName,
    folder,
    outputs,
    http: httpOf({ url: outputs["HttpApiUrl"], stackName, folder, plant: admin.plant }),
    resource: (logicalId) => {
      const found = resources.find((resource) => resource.logicalId === logicalId);
      if (found !== undefined) return found.physicalId;
      throw new Error(
        `${stackName} has no ${logicalId}; it has ${resources.map((resource) => resource.logicalId).join(", ")}`,
      );
    },
    rights: () => readRights(admin, resources),
    env: (functionName) => admin.ask("GET", `/environment/${service}-${stage}-${functionName}`),
  };
};
