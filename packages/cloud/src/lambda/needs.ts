// What IAM must allow for a call of the Lambda API.
import type { Call, Need } from "../gateway/service.ts";
import { parseReference, textOf, type FunctionModel } from "./model.ts";

export const needsOf =
  (model: FunctionModel) =>
  ({ action, input }: Pick<Call, "action" | "input">): readonly Need[] => {
    const permission = `lambda:${action === "Invoke" ? "InvokeFunction" : action}`;
    const reference = textOf(input, "FunctionName");
    if (reference === undefined) return [{ action: permission, resource: "*" }];
    const { name, qualifier = textOf(input, "Qualifier") } = parseReference(reference);
    const arn = model.arnOf(name);
    return [{ action: permission, resource: qualifier === undefined ? arn : `${arn}:${qualifier}` }];
  };
