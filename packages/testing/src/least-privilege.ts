// Which rights of a stack's roles nobody needed, and which ones somebody lacked, in what the tests have done so far.
import type { AdminClient } from "./admin-client.ts";
import type { App } from "./app.ts";

export interface Resource {
  readonly logicalId: string;
  readonly physicalId: string;
}

export interface RoleRights {
  /** Logical id. */
  readonly role: string;
  /** Actions as its policies write them. */
  readonly granted: readonly string[];
  readonly used: readonly string[];
  /** Actions and resources. */
  readonly denied: readonly string[];
}

interface Denial {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

/** The rights of those roles that are among `resources`. */
export const readRights = async (
  { ask }: AdminClient,
  resources: readonly Resource[],
): Promise<readonly RoleRights[]> => {
  const { roles } = await ask<{ roles: readonly Omit<RoleRights, "denied">[] }>("GET", "/rights");
  const { denials } = await ask<{ denials: readonly Denial[] }>("GET", "/denials");
  return roles.flatMap((rights) => {
    const { logicalId } = resources.find(({ physicalId }) => physicalId === rights.role) ?? {};
    if (logicalId === undefined) return [];
    const own = denials.filter(({ principal }) => principal.includes(`:assumed-role/${rights.role}/`));
    return [{ ...rights, role: logicalId, denied: own.map(({ action, resource }) => `${action} ${resource}`) }];
  });
};

/** Every function has them for its log, and every mapping for its source, whether a test meets them or not. */
const OF_EVERY_FUNCTION = ["logs:*", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility", "dynamodb:DescribeStream", "dynamodb:ListStreams", "dynamodb:GetShardIterator"]; // prettier-ignore

/** IAM's wildcards; actions know no case. */
const covers = (pattern: string, action: string): boolean => {
  const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*").replaceAll("\\?", ".")}$`, "i").test(action);
};

const problemsOf = ({ role, granted, used, denied }: RoleRights, expected: readonly string[]): readonly string[] => {
  const isExpected = (action: string): boolean =>
    OF_EVERY_FUNCTION.some((pattern) => covers(pattern, action)) || expected.includes(`${role} ${action}`);
  const idle = granted.filter((pattern) => !isExpected(pattern) && !used.some((action) => covers(pattern, action)));
  return [
    ...idle.map((action) => `${role} ${action} is granted and was never used`),
    ...new Set(denied.map((call) => `${role} ${call} was denied`)),
  ];
};

/**
 * Call it when a file's tests have made every function do all it can: throws a list of granted actions that were never
 * used, and of calls that were denied. `unused` names exceptions: `["ResizeRole s3:ListBucket"]`.
 */
export const expectLeastPrivilege = async (
  app: Pick<App, "stackName" | "rights">,
  { unused = [] }: { readonly unused?: readonly string[] } = {},
): Promise<void> => {
  const problems = (await app.rights()).flatMap((rights) => problemsOf(rights, unused));
  if (problems.length > 0) throw new Error(`${app.stackName} grants not just what it needs:\n${problems.join("\n")}`);
};
