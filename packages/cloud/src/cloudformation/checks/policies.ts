// Policy documents in the template, and roles that lack what their function's sources and destinations need.
import { compilePolicy, evaluateIdentity, type Compiled } from "../../iam/compile.ts";
import { MANAGED_POLICIES } from "../../iam/managed-policies.ts";
import type { PolicyDocument, PolicyKind } from "../../iam/policy.ts";
import { policyProblems } from "../../iam/validate.ts";
import type { Foreseen, Foresight } from "./foresight.ts";
import { isRecord } from "../template.ts";
import { problem, recordsOf, type Check } from "./problem.ts";

/** Where types hold policy documents; those of IAM's own types are in their checks. */
const DOCUMENTS: Readonly<Record<string, readonly [property: string, kind: PolicyKind]>> = {
  "AWS::S3::BucketPolicy": ["PolicyDocument", "resource"],
  "AWS::SQS::QueuePolicy": ["PolicyDocument", "resource"],
  "AWS::SNS::TopicPolicy": ["PolicyDocument", "resource"],
};

export const policyDocuments: Check = ({ foresight }) =>
  foresight.resources.flatMap(({ logicalId, type, properties }) => {
    const [property, kind] = DOCUMENTS[type] ?? [];
    if (property === undefined || kind === undefined) return [];
    return policyProblems(properties[property], kind).map((message) => problem(logicalId, property, message));
  });

const compiled = (documents: readonly unknown[]): Compiled =>
  documents.filter(isRecord).flatMap((document) => compilePolicy(document as unknown as PolicyDocument)); // checked above

/** Everything the template gives to a role; undefined when something of it is not ours to see. */
const policiesOf = (foresight: Foresight, role: Foreseen): Compiled | undefined => {
  const name = foresight.values.ref(role.logicalId);
  const attachedTo = (resource: Foreseen): boolean => {
    const roles: unknown = resource.properties["Roles"];
    return Array.isArray(roles) && roles.includes(name);
  };
  const others = foresight.resources.filter(
    (each) => (each.type === "AWS::IAM::Policy" || each.type === "AWS::IAM::ManagedPolicy") && attachedTo(each),
  );
  const arns: unknown = role.properties["ManagedPolicyArns"] ?? [];
  const managed = Array.isArray(arns) ? arns.map((arn) => MANAGED_POLICIES[String(arn)]) : [];
  if (managed.includes(undefined)) return undefined;
  return compiled([
    ...recordsOf(role.properties["Policies"]).map((policy) => policy["PolicyDocument"]),
    ...others.map((each) => each.properties["PolicyDocument"]),
    ...managed,
  ]);
};

interface Requirement {
  readonly resource: string;
  readonly property: string;
  readonly functionName: unknown;
  readonly actions: readonly string[];
  readonly target: string;
}

/** What a mapping's function role needs, by the service in the source's ARN. */
const SOURCE_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  sqs: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  dynamodb: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
};

const DESTINATION_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  sqs: ["sqs:SendMessage"],
  sns: ["sns:Publish"],
  lambda: ["lambda:InvokeFunction"],
  events: ["events:PutEvents"],
};

const serviceOf = (arn: string): string => arn.split(":")[2] ?? "";

const destinations = ({ logicalId, properties }: Foreseen): readonly Requirement[] => {
  const config = properties["DestinationConfig"];
  return ["OnFailure", "OnSuccess"].flatMap((kind) => {
    const destination = isRecord(config) ? config[kind] : undefined;
    const target = isRecord(destination) ? destination["Destination"] : undefined;
    if (typeof target !== "string") return [];
    const actions = DESTINATION_ACTIONS[serviceOf(target)] ?? [];
    const property = `DestinationConfig.${kind}.Destination`;
    return [{ resource: logicalId, property, functionName: properties["FunctionName"], actions, target }];
  });
};

const requirements = (resource: Foreseen): readonly Requirement[] => {
  const { logicalId, type, properties } = resource;
  if (type === "AWS::Lambda::EventInvokeConfig") return destinations(resource);
  if (type !== "AWS::Lambda::EventSourceMapping") return [];
  const target = String(properties["EventSourceArn"]);
  const actions = SOURCE_ACTIONS[serviceOf(target)] ?? [];
  const functionName = properties["FunctionName"];
  return [
    { resource: logicalId, property: "EventSourceArn", functionName, actions, target },
    ...destinations(resource),
  ];
};

/** A function's role that may not read its event source or send to its failure destination. */
export const rolesOfSources: Check = ({ foresight }) =>
  foresight.resources.flatMap(requirements).flatMap(({ resource, property, functionName, actions, target }) => {
    const owner = foresight.byArn("AWS::Lambda::Function", functionName);
    const role = foresight.byArn("AWS::IAM::Role", owner?.properties["Role"]);
    const policies = role === undefined ? undefined : policiesOf(foresight, role);
    if (owner === undefined || role === undefined || policies === undefined) return [];
    const principal = { kind: "anonymous" } as const; // identity policies do not look at it
    const allowed = (action: string): boolean =>
      evaluateIdentity(policies, { principal, action, resource: target, lookup: () => undefined }) === "allow";
    const missing = actions.filter((action) => !allowed(action));
    if (missing.length === 0) return [];
    return [
      problem(
        resource,
        property,
        `the role ${role.logicalId} of ${owner.logicalId} lacks ${missing.join(", ")} on ${target}`,
      ),
    ];
  });
