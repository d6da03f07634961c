// CloudFormation: the stacks of this cloud, by its API and for `warmstart deploy`.
import { ACCOUNT, type Service } from "../gateway/service.ts";
import type * as Ports from "../ports.ts";
import { queryXml } from "../protocols/query-xml.ts";
import { actionsOf } from "./actions/index.ts";
import { createSecondOpinion } from "./checks/second-opinion.ts";
import { deployStack, removeStack } from "./deploy.ts";
import type { References } from "./dynamic-references.ts";
import type { Engine } from "./engine.ts";
import { resume } from "./operations.ts";
import type { ResourceType } from "./resource-type.ts";
import { createState, type ResourceRecord } from "./state.ts";
import { summaryOf } from "./summary.ts";

export interface CloudFormation extends Ports.CloudFormation {
  /**
   * Creates or updates a stack and waits. A stack left in ROLLBACK_COMPLETE or DELETE_FAILED is deleted first.
   * Throws AwsError: ValidationError before anything is touched; DeployFailed, with every reason, after the rollback.
   */
  readonly deploy: Ports.CloudFormation["deploy"];
  /** Deletes a stack and waits; nothing when there is none. Throws DeleteFailed naming the resources that stay. */
  readonly remove: (stackName: string) => Promise<void>;
  /** Empty for a stack that does not exist. */
  readonly resources: (stackName: string) => readonly (Ports.StackResource & Pick<ResourceRecord, "attributes">)[];
  /** Rolls back, or carries on, what the last process left in the middle. Call it when all services have started. */
  readonly start: () => Promise<void>;
  readonly close: () => void;
}

export interface CloudFormationOptions {
  readonly services: () => readonly Service[];
  /** Replaces `https://<apiId>.execute-api.…` by the API's local URL in what intrinsics produce. */
  readonly resolveUrl: (text: string) => string;
  /** Stages that may be deployed here (tag STAGE of the stack). */
  readonly stages: readonly string[];
  /** For TemplateURL. */
  readonly readObject: Ports.S3["readObject"];
  /** Whether templates that come over the wire are also shown to AWS's own rules (checks/second-opinion.ts). */
  readonly secondOpinion: boolean;
  /** Values of parameters and secrets, for `{{resolve:…}}`. */
  readonly references: References;
}

const typesOf = (services: readonly Service[]): ReadonlyMap<string, ResourceType> =>
  new Map(services.flatMap(({ types }) => Object.entries(types)));

const serviceOf = (actions: Service["actions"]): Service => ({
  name: "cloudformation",
  protocol: queryXml("http://cloudformation.amazonaws.com/doc/2010-05-15/"),
  actions,
  needs: ({ action, input, region }) => {
    const name = input["StackName"];
    const arn = `arn:aws:cloudformation:${region}:${ACCOUNT}:stack/`;
    const stack = typeof name !== "string" ? "*" : name.startsWith("arn:") ? name : `${arn}${name}/*`;
    return [{ action: `cloudformation:${action}`, resource: stack }];
  },
  types: {},
});

/** Makes the account's CloudFormation. */
export const createCloudFormation = (
  ground: Ports.Ground,
  { services, readObject, secondOpinion, ...rest }: CloudFormationOptions,
): CloudFormation & { readonly service: Service } => {
  let types: ReadonlyMap<string, ResourceType> | undefined;
  const engine: Engine = {
    ...rest,
    ground,
    state: createState(ground.store),
    types: () => (types ??= typesOf(services())),
    cancelled: new Set(),
  };
  const { state } = engine;
  const rules = secondOpinion ? createSecondOpinion(ground) : undefined;
  const askRules = rules?.ask ?? (async () => {});
  return {
    deploy: (request) => deployStack(engine, request),
    remove: (stackName) => removeStack(engine, stackName),
    stacks: () => state.existing().map((stack) => summaryOf(engine, stack)),
    resources: (stackName) =>
      state
        .resources(state.find(stackName)?.stackId ?? "")
        .map(({ logicalId, type, physicalId, status, attributes }) => ({
          logicalId,
          type,
          physicalId,
          status,
          attributes,
        })),
    start: async () => {
      for (const stack of state.all())
        await ground.work.track(`resume stack ${stack.stackName}`, resume(engine, stack));
    },
    service: serviceOf(actionsOf({ engine, readObject, askRules })),
    close: () => rules?.close(),
  };
};
