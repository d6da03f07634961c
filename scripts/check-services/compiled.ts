// What no validator sees in a compiled template: wide rights, shared roles, failure destinations nobody may write to.
import { compiledResources, type Resource } from "./template.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const statementsOf = (role: Resource): readonly Statement[] => {
  const policies = (role.Properties?.["Policies"] ?? []) as readonly {
    PolicyDocument: { Statement: readonly Statement[] };
  }[]; // IAM's format
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
};

/** A star may stand for keys below a named bucket, table index or route, never for a whole kind of thing. */
const isWide = (resource: unknown): boolean => {
  const text = JSON.stringify(resource);
  return text === '"*"' || /:::\*|:\*"/.test(text.replace(/(:log-group:[^"*]+):\*"/g, '$1"'));
};

/** AWS takes no narrower resource for them. */
const WITHOUT_RESOURCE: ReadonlySet<string> = new Set(["polly:DescribeVoices", "polly:SynthesizeSpeech"]);

const checkRole = (service: string, logicalId: string, role: Resource): readonly string[] =>
  statementsOf(role).flatMap(({ Action, Resource }) => {
    const actions = [Action].flat();
    const wideActions = actions.filter((action) => action.includes("*") || action === "dynamodb:Scan");
    const mayBeWide = actions.every((action) => WITHOUT_RESOURCE.has(action));
    const wideResources = [Resource].flat().filter((resource) => isWide(resource) && !(mayBeWide && resource === "*"));
    return [
      ...wideActions.map((action) => `services/${service}: ${logicalId} allows ${action}`),
      ...wideResources.map(
        (resource) => `services/${service}: ${logicalId} allows ${actions.join(", ")} on ${JSON.stringify(resource)}`,
      ),
    ];
  });

const checkSharedRoles = (service: string, resources: Readonly<Record<string, Resource>>): readonly string[] => {
  const functions = Object.entries(resources).filter(([, { Type }]) => Type === "AWS::Lambda::Function");
  const byRole = Map.groupBy(functions, ([, { Properties }]) => JSON.stringify(Properties?.["Role"]));
  return [...byRole].flatMap(([role, users]) =>
    users.length > 1
      ? [`services/${service}: ${users.map(([logicalId]) => logicalId).join(", ")} share the role ${role}`]
      : [],
  );
};

const checkConditions = (service: string, resources: Readonly<Record<string, Resource>>): readonly string[] =>
  /"ArnEquals":\{\}/.test(JSON.stringify(resources))
    ? [`services/${service}: a policy has the empty condition ArnEquals {}`]
    : [];

export const checkCompiled = (service: string): readonly string[] => {
  const resources = compiledResources(service);
  const roles = Object.entries(resources).filter(([, { Type }]) => Type === "AWS::IAM::Role");
  return [
    ...roles.flatMap(([logicalId, role]) => checkRole(service, logicalId, role)),
    ...checkSharedRoles(service, resources),
    ...checkConditions(service, resources),
  ];
};
