// The contract between the CloudFormation engine and the services: how a resource of one type comes, changes and goes.

/** What happens when a property changes. `inert`: stored and shown, without effect here (printed at deploy). */
export type PropertyRule = "update" | "replace" | "inert";

export interface ResourceContext {
  readonly stackName: string;
  readonly logicalId: string;
  readonly region: string;
  readonly account: string;
  /** A name as CloudFormation makes one: `<stack>-<logicalId>-<12 random>`, cut to fit. */
  readonly generateName: (maxLength?: number) => string;
  /** An update in a rollback: it takes the one from these properties back, if that was done at all. */
  readonly isUndo?: boolean;
}

export interface Created {
  /** What `Ref` gives. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` gives, by attribute name (nested ones dotted). */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Properties after all intrinsics were resolved. */
export type Properties = Readonly<Record<string, unknown>>;

export interface ResourceType {
  /** Every top-level property known; what is missing here is refused by name before anything is created. */
  readonly properties: Readonly<Record<string, PropertyRule>>;
  /** Deeper checks of resolved properties: throws an AwsError naming the property. */
  readonly check?: (properties: Properties) => void;
  readonly create: (properties: Properties, context: ResourceContext) => Promise<Created>;
  /** Applies changed `update` properties in place; absent when every property replaces. */
  readonly update?: (
    physicalId: string,
    properties: Properties,
    previous: Properties,
    context: ResourceContext,
  ) => Promise<Created>;
  /** Must succeed when the thing is already gone. */
  readonly remove: (physicalId: string, properties: Properties, context: ResourceContext) => Promise<void>;
  /** Property that holds a custom name: replacing a resource that has one set is refused, as AWS does. */
  readonly nameProperty?: string;
}
