// Stacks, as the admin API and the CLI see them.

export interface DeployRequest {
  readonly stackName: string;
  /** JSON text. */
  readonly template: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface StackSummary {
  readonly stackName: string;
  /** CREATE_COMPLETE, UPDATE_ROLLBACK_COMPLETE… */
  readonly status: string;
  /** False when there was nothing to update. */
  readonly changed: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Properties stored without effect, as `<LogicalId>.<Property>`. */
  readonly inert: readonly string[];
}

export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: string;
}

export interface CloudFormation {
  /** Creates or updates. A failed apply is rolled back and then thrown as AwsError with the first failure's reason. */
  readonly deploy: (request: DeployRequest) => Promise<StackSummary>;
  readonly remove: (stackName: string) => Promise<void>;
  readonly stacks: () => readonly StackSummary[];
  readonly resources: (stackName: string) => readonly StackResource[];
}
