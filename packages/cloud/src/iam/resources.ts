// AWS::IAM::Role, Policy and ManagedPolicy.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Created, Properties, ResourceType } from "../cloudformation/resource-type.ts";
import type { PolicyDocument, PolicyKind } from "./policy.ts";
import { roleArn, roleId, uniqueId, type Role, type Roles } from "./roles.ts";
import { policyProblems } from "./validate.ts";

const MAX_NAME = 64;
const MAX_POLICY_NAME = 128;
/** Sum of a role's inline policies, white space not counted. */
const MAX_INLINE_BYTES = 10_240;

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: PolicyDocument;
}

// Properties arrive as the template wrote them; `check` has refused other shapes before these read them.
const text = (properties: Properties, name: string): string | undefined => properties[name] as string | undefined;
const texts = (properties: Properties, name: string): readonly string[] =>
  (properties[name] as readonly string[] | undefined) ?? [];
const policiesOf = (properties: Properties): readonly InlinePolicy[] =>
  (properties["Policies"] as readonly InlinePolicy[] | undefined) ?? [];
const documentOf = (properties: Properties, name: string): PolicyDocument => properties[name] as PolicyDocument;

const refuse = (property: string, problem: string): never => {
  throw new AwsError("ValidationError", 400, `${property}: ${problem}`);
};

const checkDocument = (property: string, document: unknown, kind: PolicyKind): void => {
  const problems = policyProblems(document, kind);
  if (problems.length > 0) refuse(property, problems.join("; "));
};

const checkTexts = (properties: Properties, name: string): void => {
  const value = properties[name];
  if (value === undefined) return;
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === "string"))
    refuse(name, "must be a list of strings");
};

const checkRole = (roles: Roles) => (properties: Properties) => {
  checkDocument("AssumeRolePolicyDocument", properties["AssumeRolePolicyDocument"], "trust");
  const policies: unknown = properties["Policies"] ?? [];
  if (!Array.isArray(policies)) refuse("Policies", "must be a list");
  for (const [index, policy] of policiesOf(properties).entries()) {
    if (typeof policy.PolicyName !== "string") refuse(`Policies.${index}.PolicyName`, "is required");
    checkDocument(`Policies.${index}.PolicyDocument`, policy.PolicyDocument, "identity");
  }
  const bytes = policiesOf(properties).reduce((sum, policy) => sum + JSON.stringify(policy.PolicyDocument).length, 0);
  if (bytes > MAX_INLINE_BYTES)
    refuse("Policies", `Maximum policy size of ${MAX_INLINE_BYTES} bytes exceeded (${bytes} bytes)`);
  checkTexts(properties, "ManagedPolicyArns");
  for (const arn of texts(properties, "ManagedPolicyArns")) {
    if (arn.startsWith("arn:aws:iam::aws:policy/") && roles.managed(arn) === undefined)
      refuse("ManagedPolicyArns", `${arn} is not one of the AWS managed policies that this cloud has`);
  }
  const name = text(properties, "RoleName");
  if (name !== undefined && (name.length > MAX_NAME || !/^[\w+=,.@-]+$/.test(name)))
    refuse("RoleName", `${name} must be 1 to ${MAX_NAME} characters of A-Z a-z 0-9 + = , . @ _ -`);
};

const inlineOf = (properties: Properties): Readonly<Record<string, PolicyDocument>> =>
  Object.fromEntries(policiesOf(properties).map((policy) => [policy.PolicyName, policy.PolicyDocument]));

const without = <T>(record: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));

const applyRole = (name: string, properties: Properties, before?: { role: Role; properties: Properties }): Role => {
  // Policies and attachments that other resources made stay.
  const own = before === undefined ? [] : Object.keys(inlineOf(before.properties));
  const ownAttached = before === undefined ? [] : texts(before.properties, "ManagedPolicyArns");
  return {
    name,
    arn: roleArn(text(properties, "Path") ?? "/", name),
    maxSessionSeconds: Number(properties["MaxSessionDuration"] ?? 3_600),
    trust: documentOf(properties, "AssumeRolePolicyDocument"),
    inline: { ...without(before?.role.inline ?? {}, own), ...inlineOf(properties) },
    attached: [
      ...(before?.role.attached ?? []).filter((arn) => !ownAttached.includes(arn)),
      ...texts(properties, "ManagedPolicyArns"),
    ],
  };
};

const roleType = (roles: Roles): ResourceType => {
  const put = (role: Role): Created => {
    roles.put(role);
    return { physicalId: role.name, attributes: { Arn: role.arn, RoleId: roleId(role.name) } };
  };
  return {
    properties: {
      AssumeRolePolicyDocument: "update",
      Description: "update",
      ManagedPolicyArns: "update",
      MaxSessionDuration: "update",
      Path: "replace",
      Policies: "update",
      RoleName: "replace",
      Tags: "inert",
    },
    nameProperty: "RoleName",
    check: checkRole(roles),
    create: async (properties, context) => {
      const name = text(properties, "RoleName") ?? context.generateName(MAX_NAME);
      if (roles.get(name) === undefined) return put(applyRole(name, properties));
      throw new AwsError("EntityAlreadyExists", 409, `Role with name ${name} already exists.`);
    },
    update: async (name, properties, previous) => {
      const role = roles.get(name);
      return put(applyRole(name, properties, role && { role, properties: previous }));
    },
    remove: async (name) => roles.remove(name),
  };
};

const checkAttached = (properties: Properties): void => {
  checkDocument("PolicyDocument", properties["PolicyDocument"], "identity");
  checkTexts(properties, "Roles");
};

/** Changes the roles that a policy names; `mustExist` where it comes to them. */
const changeRoles = (roles: Roles, properties: Properties, mustExist: boolean, change: (role: Role) => Role): void => {
  for (const name of texts(properties, "Roles")) {
    const role = roles.get(name);
    if (role !== undefined) roles.put(change(role));
    else if (mustExist) throw new AwsError("NoSuchEntity", 404, `The role with name ${name} cannot be found.`);
  }
};

const nameOf = (properties: Properties): string => text(properties, "PolicyName") ?? "";

const policyType = (roles: Roles): ResourceType => {
  const put = (physicalId: string, properties: Properties): Created => {
    const own = { [nameOf(properties)]: documentOf(properties, "PolicyDocument") };
    changeRoles(roles, properties, true, (role) => ({ ...role, inline: { ...role.inline, ...own } }));
    return { physicalId, attributes: { Id: physicalId } };
  };
  const remove = (properties: Properties): void =>
    changeRoles(roles, properties, false, (role) => ({ ...role, inline: without(role.inline, [nameOf(properties)]) }));
  return {
    properties: { PolicyDocument: "update", PolicyName: "update", Roles: "update" },
    check: (properties) => {
      if (typeof properties["PolicyName"] !== "string") refuse("PolicyName", "is required");
      if (texts(properties, "Roles").length === 0) refuse("Roles", "At least one of Roles must be specified");
      checkAttached(properties);
    },
    create: async (properties, context) => put(context.generateName(MAX_POLICY_NAME), properties),
    update: async (physicalId, properties, previous) => {
      remove(previous);
      return put(physicalId, properties);
    },
    remove: async (_physicalId, properties) => remove(properties),
  };
};

const managedPolicyType = (roles: Roles): ResourceType => {
  const detach = (arn: string, properties: Properties): void =>
    changeRoles(roles, properties, false, (role) => ({
      ...role,
      attached: role.attached.filter((one) => one !== arn),
    }));
  const put = (arn: string, properties: Properties): Created => {
    roles.putManaged({ arn, document: documentOf(properties, "PolicyDocument") });
    detach(arn, properties);
    changeRoles(roles, properties, true, (role) => ({ ...role, attached: [...role.attached, arn] }));
    return { physicalId: arn, attributes: { PolicyArn: arn, PolicyId: uniqueId("ANPA", arn) } };
  };
  return {
    properties: {
      Description: "replace",
      ManagedPolicyName: "replace",
      Path: "replace",
      PolicyDocument: "update",
      Roles: "update",
    },
    nameProperty: "ManagedPolicyName",
    check: checkAttached,
    create: async (properties, context) => {
      const name = text(properties, "ManagedPolicyName") ?? context.generateName(MAX_POLICY_NAME);
      const arn = `arn:aws:iam::${ACCOUNT}:policy${text(properties, "Path") ?? "/"}${name}`;
      if (roles.managed(arn) === undefined) return put(arn, properties);
      throw new AwsError("EntityAlreadyExists", 409, `A policy called ${arn} already exists.`);
    },
    update: async (arn, properties, previous) => {
      detach(arn, previous);
      return put(arn, properties);
    },
    remove: async (arn, properties) => {
      detach(arn, properties);
      roles.removeManaged(arn);
    },
  };
};

/** The CloudFormation types of IAM. Users and groups do not exist here: properties that name them are refused. */
export const iamTypes = (roles: Roles): Readonly<Record<string, ResourceType>> => ({
  "AWS::IAM::Role": roleType(roles),
  "AWS::IAM::Policy": policyType(roles),
  "AWS::IAM::ManagedPolicy": managedPolicyType(roles),
});
