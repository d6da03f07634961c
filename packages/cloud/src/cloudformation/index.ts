// CloudFormation: the stacks of this cloud, by its API and for `warmstart deploy`.
import { unsupported } from "../gateway/aws-error.ts";
import { ACCOUNT, type Service } from "../gateway/service.ts";
import type * as Ports from "../ports.ts";
import { queryXml } from "../protocols/query-xml.ts";
import { stackActions } from "./actions/index.ts";
import { createSecondOpinion } from "./checks/second-opinion.ts";
import { deployStack, removeStack } from "./deploy.ts";
import { NO_REFERENCES, type References } from "./dynamic-references.ts";
import type { Engine } from "./engine.ts";
import { resume } from "./operations.ts";
import type { ResourceType } from "./resource-type.ts";
import { createState, type StackEvent, type StackRecord } from "./state.ts";
import { resourceDetail, stackDetail, type ResourceDetail, type StackDetail } from "./summary.ts";

export interface CloudFormation extends Ports.CloudFormation {
  /**
   * Creates or updates a stack and waits. A stack left in ROLLBACK_COMPLETE, CREATE_FAILED or DELETE_FAILED is deleted first.
   * Throws AwsError: ValidationError before anything is touched; DeployFailed, with every reason, after the rollback.
   */
  readonly deploy: (request: Ports.DeployRequest) => Promise<StackDetail>;
  /** Deletes a stack and waits; nothing when there is none. Throws DeleteFailed naming the resources that stay. */
  readonly remove: (stackName: string, onEvent?: (event: StackEvent) => void) => Promise<void>;
  /** Stacks that exist (deleted ones are left out). */
  readonly stacks: () => readonly StackDetail[];
  /** Empty for a stack that does not exist. */
  readonly resources: (stackName: string) => readonly ResourceDetail[];
  readonly outputs: (stackName: string) => Readonly<Record<string, string>>;
  /** Oldest first. */
  readonly events: (stackName: string) => readonly StackEvent[];
  /** Rolls back, or carries on, what the last process left in the middle. Call it when all services have started. */
  readonly start: () => Promise<void>;
  readonly close: () => void;
}

export interface CloudFormationOptions {
  readonly services: () => readonly Service[];
  /** Replaces `https://<apiId>.execute-api.…` by the API's local URL in what intrinsics produce. */
  readonly resolveUrl?: (text: string) => string;
  /** Stages that may be deployed here (tag STAGE of the stack): `local` unless said otherwise. */
  readonly stages?: readonly string[];
  /** For TemplateURL; without it only TemplateBody is read. */
  readonly readObject?: Ports.S3["readObject"];
  /** Whether templates that come over the wire are also shown to AWS's own rules (checks/second-opinion.ts). */
  readonly secondOpinion?: boolean;
  /** Values of parameters and secrets, for `{{resolve:…}}`. */
  readonly references?: References;
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
  {
    services,
    resolveUrl = (text) => text,
    stages = ["local"],
    readObject,
    references = NO_REFERENCES,
    secondOpinion = false,
  }: CloudFormationOptions,
): CloudFormation & { readonly service: Service } => {
  let types: ReadonlyMap<string, ResourceType> | undefined;
  const engine: Engine = {
    ground,
    state: createState(ground.store),
    types: () => (types ??= typesOf(services())),
    resolveUrl,
    references,
    cancelled: new Set(),
    listeners: new Map(),
  };
  const { state } = engine;
  const guard = { stages };
  const rules = secondOpinion ? createSecondOpinion(ground) : undefined;
  const recordsOf = <T>(stackName: string, read: (stack: StackRecord) => T, none: T): T => {
    const stack = state.find(stackName);
    return stack === undefined ? none : read(stack);
  };
  const readTemplate = async (bucket: string, key: string): Promise<string> => {
    if (readObject === undefined) throw unsupported("TemplateURL");
    return (await readObject(bucket, key)).toString("utf8");
  };
  return {
    deploy: (request) => deployStack(engine, guard, request),
    remove: (stackName, onEvent) => removeStack(engine, stackName, onEvent),
    stacks: () =>
      state
        .all()
        .filter(({ status }) => status !== "DELETE_COMPLETE")
        .map((stack) => stackDetail(engine, stack)),
    resources: (stackName) =>
      recordsOf(stackName, ({ stackId }) => state.resources(stackId), []).map((record) =>
        resourceDetail(engine, record),
      ),
    outputs: (stackName) => recordsOf(stackName, (stack) => stackDetail(engine, stack).outputs, {}),
    events: (stackName) => recordsOf(stackName, ({ stackId }) => state.events(stackId), []),
    start: async () => {
      for (const stack of state.all())
        await ground.work.track(`resume stack ${stack.stackName}`, resume(engine, stack));
    },
    service: serviceOf(stackActions({ engine, guard, readTemplate, askRules: rules?.ask ?? (async () => {}) })),
    close: () => rules?.close(),
  };
};
