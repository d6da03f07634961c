// The resource policy of a function: one statement per permission.
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

const statementOf = (sid: string, resource: string, input: PermissionInput): Statement => {
  const { SourceArn, SourceAccount } = input;
  const condition = {
    ...(SourceArn !== undefined && { ArnLike: { "AWS:SourceArn": SourceArn } }),
    ...(SourceAccount !== undefined && { StringEquals: { "AWS:SourceAccount": SourceAccount } }),
  };
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
  readonly add: (sid: string, input: PermissionInput) => void;
  readonly remove: (functionName: string, sid: string) => void;
  readonly permits: (functionName: string, service: string, sourceArn: string) => boolean;
}

export const createPermissions = (model: FunctionModel, iam: Iam): Permissions => {
  const statementsOf = (name: string): readonly Statement[] => model.policyOf(name)?.Statement ?? [];
  const resourceOf = (reference: string): string => {
    const { name, qualifier = LATEST } = parseReference(reference);
    return qualifier === LATEST ? model.arnOf(name) : `${model.arnOf(name)}:${qualifier}`;
  };
  return {
    add: (sid, input) => {
      const { name } = model.get(input.FunctionName);
      model.setPolicy(name, [...statementsOf(name), statementOf(sid, resourceOf(input.FunctionName), input)]);
    },
    remove: (functionName, sid) => {
      const { name } = parseReference(functionName);
      model.setPolicy(
        name,
        statementsOf(name).filter(({ Sid }) => Sid !== sid),
      );
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
