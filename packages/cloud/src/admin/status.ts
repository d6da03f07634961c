// What runs here, by service: the shape of `warmstart status --json`.
import type { CloudFormation, StackResource } from "../ports.ts";

export interface ServiceStatus {
  readonly stack: string;
  readonly status: string;
  readonly url?: string;
  readonly functions: readonly string[];
  readonly buckets: readonly string[];
  readonly tables: readonly string[];
  readonly queues: readonly string[];
  /** Properties stored without effect here, as `<LogicalId>.<Property>`. */
  readonly inert: readonly string[];
}

export interface CloudStatus {
  readonly endpoint: string;
  readonly services: Readonly<Record<string, ServiceStatus>>;
}

const idsOf = (resources: readonly StackResource[], type: string): string[] =>
  resources
    .filter((resource) => resource.type === type && resource.logicalId !== "ServerlessDeploymentBucket")
    .map(({ physicalId }) => physicalId);

/** Stacks as services: `<service>-<stage>`, with the stage of their tag cut off. */
export const statusOf = (endpoint: string, cloudFormation: CloudFormation): CloudStatus => {
  const services = cloudFormation.stacks().map(({ stackName, status, outputs, tags, inert }) => {
    const resources = cloudFormation.resources(stackName);
    const stage = tags["STAGE"];
    const name =
      stage !== undefined && stackName.endsWith(`-${stage}`) ? stackName.slice(0, -stage.length - 1) : stackName;
    const url = outputs["HttpApiUrl"];
    const service: ServiceStatus = {
      stack: stackName,
      status,
      ...(url !== undefined && { url }),
      functions: idsOf(resources, "AWS::Lambda::Function"),
      buckets: idsOf(resources, "AWS::S3::Bucket"),
      tables: idsOf(resources, "AWS::DynamoDB::Table"),
      queues: idsOf(resources, "AWS::SQS::Queue").map((url) => url.slice(url.lastIndexOf("/") + 1)),
      inert,
    };
    return [name, service] as const;
  });
  return { endpoint, services: Object.fromEntries(services) };
};
