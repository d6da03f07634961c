// Deploys a packaged service the way osls does: the stack with its bucket, the zips into it, then the whole template.
import { readFileSync } from "node:fs";
import type { CloudFormation, StackSummary } from "../ports.ts";
import { type Artifacts, readArtifacts, withImports, withoutTriggers } from "./artifacts.ts";

const DEPLOYMENT_BUCKET = "ServerlessDeploymentBucket";

export interface DeployPorts {
  readonly cloudFormation: CloudFormation;
  readonly putObject: (bucket: string, key: string, body: Buffer) => Promise<void>;
}

export interface DeployOptions {
  /** A service's folder, or the `.serverless` folder inside. */
  readonly folder: string;
  /** `resources`: nothing calls a function by itself; tests then run the handlers in their own process. */
  readonly only?: "resources";
  readonly parameters?: Readonly<Record<string, string>>;
  /** Values by the names of the exports that the service imports, in place of the stacks that would export them. */
  readonly imports?: Readonly<Record<string, string>>;
}

export interface Deployment extends StackSummary {
  readonly service: string;
  readonly stage: string;
}

const deploymentBucket = (artifacts: Artifacts, cloudFormation: CloudFormation): string | undefined =>
  cloudFormation.resources(artifacts.stackName).find(({ logicalId }) => logicalId === DEPLOYMENT_BUCKET)?.physicalId;

/** Deploys `.serverless/` of a service. Fails with an Error or AwsError that names what is wrong. */
export const deployFolder = async (options: DeployOptions, ports: DeployPorts): Promise<Deployment> => {
  const artifacts = readArtifacts(options.folder);
  const { service, stage, stackName, createTemplate } = artifacts;
  const { cloudFormation, putObject } = ports;
  const stack = { stackName, tags: { STAGE: stage } };
  if (createTemplate !== undefined && deploymentBucket(artifacts, cloudFormation) === undefined) {
    await cloudFormation.deploy({ ...stack, template: createTemplate });
  }
  const bucket = deploymentBucket(artifacts, cloudFormation);
  if (bucket === undefined) throw new Error(`${stackName} has no ${DEPLOYMENT_BUCKET} to put its zips into`);
  for (const { key, path } of artifacts.zips) await putObject(bucket, key, readFileSync(path));
  const template = options.imports ? withImports(artifacts.template, options.imports) : artifacts.template;
  const summary = await cloudFormation.deploy({
    ...stack,
    template: options.only === "resources" ? withoutTriggers(template) : template,
    ...(options.parameters && { parameters: options.parameters }),
  });
  return { ...summary, service, stage };
};
