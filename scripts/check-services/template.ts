// What `sls package` made of a service, for the rules that look at it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serviceFolder } from "../repository.ts";

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** The compiled template of a packaged service. */
export const compiledResources = (service: string): Readonly<Record<string, Resource>> => {
  const path = join(serviceFolder(service), ".serverless/cloudformation-template-update-stack.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { Resources: Record<string, Resource> }).Resources; // CloudFormation's format
};

/** Function names as in serverless.yml: the physical name without `<service>-<stage>-`. */
export const functionNames = (service: string): readonly string[] =>
  Object.values(compiledResources(service))
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map(({ Properties }) => String(Properties?.["FunctionName"]).replace(`${service}-local-`, ""));
