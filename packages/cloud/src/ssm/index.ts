// SSM Parameter Store. A SecureString is kept as plain text.
import { AwsError } from "../gateway/aws-error.ts";
import type { Need, Service } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { jsonProtocol } from "../protocols/json.ts";
import { parameterActions } from "./actions.ts";
import { createParameters, parameterArn } from "./parameters.ts";
import { parameterType } from "./resources.ts";

const needs: Service["needs"] = ({ action, input, region }): readonly Need[] => {
  const { Name, Names, Path } = input;
  const named = [Name ?? Names ?? Path].flat().filter((each) => typeof each === "string");
  const withoutVersion = named.map((name) =>
    parameterArn(region, name.replace(/^arn:.*:parameter/, "").replace(/:\d+$/, "")),
  );
  return (withoutVersion.length === 0 ? ["*"] : withoutVersion).map((resource) => ({
    action: `ssm:${action}`,
    resource,
  }));
};

/** Makes Parameter Store; `valueOf` takes `name` or `name:version`, for templates. */
export const createSsm = (
  ground: Ground,
): { readonly service: Service; readonly valueOf: (name: string) => string } => {
  const parameters = createParameters(ground);
  return {
    valueOf: (name) => {
      const found = parameters.find(name);
      if (found === undefined) throw new AwsError("ValidationError", 400, `Parameters: [ssm:${name}] cannot be found.`);
      if (found.type === "SecureString")
        throw new AwsError("ValidationError", 400, `{{resolve:ssm:${name}}}: a SecureString cannot be used here`);
      return found.value;
    },
    service: {
      name: "ssm",
      protocol: jsonProtocol({ version: "1.1", prefix: "AmazonSSM" }),
      actions: parameterActions(parameters, ground),
      needs,
      types: { "AWS::SSM::Parameter": parameterType(parameters) },
    },
  };
};
