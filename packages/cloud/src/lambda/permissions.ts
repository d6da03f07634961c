// The resource policy of a function: one statement per permission.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Statement } from "../iam/policy.ts";
import type { Iam } from "../ports.ts";
import { LATEST, parseReference, type FunctionModel } from "./model.ts";
import type { PermissionInput } from "./schemas.ts";

const principalElement = (principal: string): Statement["Principal"] => {
  if (principal === "*") return "*";
  if (principal.endsWith(".amazonaws.com")) return { Service: principal };
  return { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal };
};

const conditionOf = ({ SourceArn, SourceAccount }: PermissionInput): Statement["Condition"] => ({
  ...(SourceArn !== undefined && { ArnLike: { "AWS:SourceArn": SourceArn } }),
  ...(SourceAccount !== undefined && { StringEquals: { "AWS:SourceAccount": SourceAccount } }),
});

const statementOf = (sid: string, resource: string, input: PermissionInput): Statement => {
  const condition = conditionOf(input) ?? {};
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: principalElement(input.Principal),
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
};

export interface Permissions {
  readonly add: (sid: string, input: PermissionInput) => Statement;
  readonly remove: (functionName: string, sid: string) => void;
  /** Of the function itself, or of a version or alias. */
  readonly statements: (functionName: string, qualifier?: string) => readonly Statement[];
  readonly permits: (functionName: string, service: string, sourceArn: string) => boolean;
}

export const createPermissions = (model: FunctionModel, iam: Iam): Permissions => {
  const statementsOf = (name: string): readonly Statement[] => {
    const statements = model.policyOf(name)?.Statement ?? [];
    return Array.isArray(statements) ? statements : [statements as Statement]; // only `add` writes them
  };
  const resourceOf = (reference: string, given: string = LATEST): string => {
    const { name, qualifier = given } = parseReference(reference);
    return qualifier === LATEST ? model.arnOf(name) : `${model.arnOf(name)}:${qualifier}`;
  };
  return {
    add: (sid, input) => {
      const { name } = model.get(input.FunctionName, input.Qualifier);
      const statements = statementsOf(name);
      if (statements.some(({ Sid }) => Sid === sid)) {
        const message = `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
        throw new AwsError("ResourceConflictException", 409, message);
      }
      const statement = statementOf(sid, resourceOf(input.FunctionName, input.Qualifier), input);
      model.setPolicy(name, [...statements, statement]);
      return statement;
    },
    remove: (functionName, sid) => {
      const { name } = model.get(functionName);
      const statements = statementsOf(name);
      const rest = statements.filter(({ Sid }) => Sid !== sid);
      if (rest.length === statements.length) {
        throw new AwsError("ResourceNotFoundException", 404, `Statement ${sid} is not found in resource policy.`);
      }
      model.setPolicy(name, rest);
    },
    statements: (functionName, qualifier) => {
      const resource = resourceOf(functionName, qualifier);
      return statementsOf(parseReference(functionName).name).filter((statement) => statement.Resource === resource);
    },
    permits: (functionName, service, sourceArn) => {
      const { name } = parseReference(functionName);
      if (model.find(name) === undefined) return false;
      const account = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(sourceArn)?.[1] ?? ACCOUNT;
      const context = { "aws:SourceArn": sourceArn, "aws:SourceAccount": account };
      const need = { action: "lambda:InvokeFunction", resource: resourceOf(functionName), context };
      return iam.decide({ kind: "service", name: service }, need, model.policyOf(name)).allowed;
    },
  };
};
