// A template prepared for one stack: everything that is looked at before anything happens.
import { AwsError } from "../gateway/aws-error.ts";
import { liveResources } from "./apply.ts";
import { checkTemplate } from "./checks/index.ts";
import type { Engine } from "./engine.ts";
import { prepare, type Prepared } from "./prepare.ts";
import type { StackRecord, StackRequest } from "./state.ts";
import { invalid } from "./template.ts";

/** The capability that a template's IAM resources ask for. */
export const neededCapability = (prepared: Prepared): string | undefined => {
  const iam = [...prepared.resources.values()].filter(({ type }) => type.startsWith("AWS::IAM::"));
  if (iam.length === 0) return undefined;
  const named = iam.some(({ properties }) =>
    ["RoleName", "ManagedPolicyName"].some((name) => properties[name] !== undefined),
  );
  return named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM";
};

const checkCapabilities = (prepared: Prepared, capabilities: readonly string[] | undefined): void => {
  const needed = neededCapability(prepared);
  if (needed === undefined || capabilities === undefined) return;
  if (!capabilities.includes(needed) && !capabilities.includes("CAPABILITY_NAMED_IAM"))
    throw new AwsError("InsufficientCapabilitiesException", 400, `Requires capabilities : [${needed}]`);
};

/** Prepares and checks a template for a stack that exists or will. */
export const prepareFor = (
  engine: Engine,
  { stackId, stackName }: Pick<StackRecord, "stackId" | "stackName">,
  request: Pick<StackRequest, "templateBody" | "parameters" | "capabilities">,
): Prepared => {
  const { region } = engine.ground;
  const prepared = prepare(request.templateBody, request.parameters, {
    stackId,
    stackName,
    region,
    importValue: (name) => {
      const found = engine.state.exports().find((each) => each.name === name);
      if (found === undefined) throw invalid(`No export named ${name} found.`);
      return found.value;
    },
    finish: (text) => (text.includes(".execute-api.") ? engine.resolveUrl(text) : text),
  });
  checkCapabilities(prepared, request.capabilities);
  const live = liveResources(engine, stackId);
  checkTemplate(prepared, { stackId, stackName, region, live, types: engine.types(), references: engine.references });
  return prepared;
};
