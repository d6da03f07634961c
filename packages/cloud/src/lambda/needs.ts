// What IAM must allow for a call of the Lambda API.
import type { Call, Need } from "../gateway/service.ts";
import { parseReference, type FunctionModel } from "./model.ts";

export const needsOf =
  (model: FunctionModel) =>
  ({ action, input }: Pick<Call, "action" | "input">): readonly Need[] => {
    const permission = `lambda:${action === "Invoke" ? "InvokeFunction" : action}`;
    const reference = input["FunctionName"];
    if (reference === undefined) return [{ action: permission, resource: "*" }];
    const { name, qualifier = input["Qualifier"] } = parseReference(String(reference));
    const arn = model.arnOf(name);
    return [{ action: permission, resource: qualifier === undefined ? arn : `${arn}:${String(qualifier)}` }];
  };
