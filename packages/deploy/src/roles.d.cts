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

export declare const roles: (
  list: RoleList | ((names: { readonly service: string; readonly stage: string }) => RoleList),
) => (source: ConfigurationSource) => Promise<RoleTemplate>;
export declare const arn: (logicalId: string) => Arn;
export declare const within: (logicalId: string, path: string) => Arn;
export declare const roleName: (functionName: string) => string;
