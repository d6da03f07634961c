/** A literal ARN, or a CloudFormation function that gives one. */
export type Arn = string | Readonly<Record<string, unknown>>;

export interface RoleStatement {
  readonly actions: readonly string[];
  readonly resources: readonly Arn[];
  readonly condition?: Readonly<Record<string, unknown>>;
}

/** Per function of serverless.yml what it may do, besides what its log, event sources and destinations need. */
export type RoleList = Readonly<Record<string, readonly RoleStatement[]>>;

export interface RoleTemplate {
  readonly Resources: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What osls gives to a function that a configuration file exports. */
export interface ConfigurationSource {
  readonly resolveVariable: (address: string) => Promise<unknown>;
  readonly resolveConfigurationProperty: (path: readonly string[]) => Promise<unknown>;
}

/**
 * The export of a service's roles.cjs: per function what it may do, or a function of `{ service, stage }` that says it. Adds
 * trust, the function's own log group, and what its event sources and destinations need.
 */
export declare const roles: (
  list: RoleList | ((names: { readonly service: string; readonly stage: string }) => RoleList),
) => (source: ConfigurationSource) => Promise<RoleTemplate>;
/** The ARN of a resource of the same stack. */
export declare const arn: (logicalId: string) => Arn;
/** What is inside of it: `within("OriginalsBucket", "/uploads/*")`, `within("LinksTable", "/index/gsi1")`. */
export declare const within: (logicalId: string, path: string) => Arn;
/** `create-link` and `createLink` both give `CreateLinkRole`. */
export declare const roleName: (functionName: string) => string;
