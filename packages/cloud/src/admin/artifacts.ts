// What `sls package` leaves in `.serverless/`: the two templates, the zips, and where the template expects them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { object, parse, string } from "valibot";

const State = object({ package: object({ artifactDirectoryName: string() }) });

export interface Artifacts {
  readonly service: string;
  readonly stage: string;
  readonly stackName: string;
  /** The template that holds the deployment bucket alone; absent when the service brings its own bucket. */
  readonly createTemplate?: string;
  readonly template: string;
  /** Key in the deployment bucket, and the file. */
  readonly zips: readonly { readonly key: string; readonly path: string }[];
}

const readText = (folder: string, name: string): string => {
  const path = join(folder, name);
  if (existsSync(path)) return readFileSync(path, "utf8");
  throw new Error(`${path} is missing: package the service first, in its folder: npx sls package --stage local`);
};

/** Reads a packaged service: its folder, or the `.serverless` folder inside. Throws an Error that says what to do. */
export const readArtifacts = (path: string): Artifacts => {
  const folder = basename(path) === ".serverless" ? path : join(path, ".serverless");
  const { artifactDirectoryName } = parse(State, JSON.parse(readText(folder, "serverless-state.json"))).package;
  const [, service, stage] = artifactDirectoryName.split("/");
  if (service === undefined || stage === undefined) {
    throw new Error(`${folder}/serverless-state.json names no service and stage in package.artifactDirectoryName`);
  }
  const create = join(folder, "cloudformation-template-create-stack.json");
  return {
    service,
    stage,
    stackName: `${service}-${stage}`,
    ...(existsSync(create) && { createTemplate: readFileSync(create, "utf8") }),
    template: readText(folder, "cloudformation-template-update-stack.json"),
    zips: readdirSync(folder)
      .filter((name) => name.endsWith(".zip"))
      .map((name) => ({ key: `${artifactDirectoryName}/${name}`, path: join(folder, name) })),
  };
};

const TRIGGERS = new Set(["AWS::Logs::SubscriptionFilter", "AWS::Lambda::EventSourceMapping"]);

/**
 * The template with nothing in it that would call a function by itself: for tests that run the handlers in their own
 * process against the real tables, buckets and queues.
 */
export const withoutTriggers = (template: string): string => {
  const parsed = JSON.parse(template) as { Resources: Record<string, { Type: string; Properties?: object }> }; // osls wrote it
  const resources = Object.entries(parsed.Resources).filter(([, { Type }]) => !TRIGGERS.has(Type));
  const silent = resources.map(([logicalId, resource]) => {
    if (resource.Type !== "AWS::S3::Bucket") return [logicalId, resource] as const;
    const { NotificationConfiguration: _, ...rest } = { NotificationConfiguration: undefined, ...resource.Properties };
    return [logicalId, { ...resource, Properties: rest }] as const;
  });
  return JSON.stringify({ ...parsed, Resources: Object.fromEntries(silent) });
};

const importOf = (value: unknown): string | undefined =>
  typeof value === "object" && value !== null && "Fn::ImportValue" in value
    ? String(value["Fn::ImportValue"])
    : undefined;

/** The template with values in the place of what other stacks would export: a service without those it stands on. */
export const withImports = (template: string, imports: Readonly<Record<string, string>>): string =>
  JSON.stringify(JSON.parse(template), (_name, value: unknown) => imports[importOf(value) ?? ""] ?? value);
