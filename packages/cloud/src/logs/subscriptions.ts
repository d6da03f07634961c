// Subscription filters: which log events go on to a Lambda function. Who delivers them sets the check of destinations.
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import type { Ground } from "../ports.ts";
import { compileFilterPattern, type Matches } from "./filter-pattern.ts";
import { LIMITS } from "./limits.ts";
import type { LogsModel } from "./model.ts";

export interface SubscriptionFilter {
  readonly name: string;
  readonly group: string;
  readonly pattern: string;
  readonly destinationArn: string;
  readonly createdAt: number;
}

export interface Subscriptions {
  readonly put: (filter: Omit<SubscriptionFilter, "createdAt">) => void;
  readonly remove: (group: string, name: string) => void;
  /** Their group goes. */
  readonly removeAll: (group: string) => void;
  readonly list: (group: string) => readonly (SubscriptionFilter & { readonly matches: Matches })[];
  /** `check` throws when CloudWatch Logs could not deliver from this group to this destination. */
  readonly setDestinationCheck: (check: (destinationArn: string, groupArn: string) => void) => void;
}

export const createSubscriptions = ({ store, clock }: Ground, model: LogsModel): Subscriptions => {
  const filters = store.table<SubscriptionFilter>("logs_filters");
  /** Asked for with every write to a log. */
  const byGroup = new Map<string, readonly (SubscriptionFilter & { readonly matches: Matches })[]>();
  let checkDestination: ((destinationArn: string, groupArn: string) => void) | undefined;

  const listOf = (group: string): readonly SubscriptionFilter[] =>
    filters.list({ prefix: `${group}:` }).map(([, filter]) => filter);

  return {
    put: (filter) => {
      byGroup.delete(filter.group);
      const { name } = model.getGroup(filter.group);
      const existing = listOf(name);
      const same = existing.find((other) => other.name === filter.name);
      if (same === undefined && existing.length >= LIMITS.subscriptionFiltersPerGroup) {
        throw new AwsError("LimitExceededException", 400, "Resource limit exceeded.");
      }
      if (!filter.destinationArn.startsWith("arn:aws:lambda:"))
        throw unsupported(`The destination ${filter.destinationArn}`);
      compileFilterPattern(filter.pattern);
      checkDestination?.(filter.destinationArn, model.groupArn(name));
      filters.put(`${name}:${filter.name}`, { ...filter, createdAt: same?.createdAt ?? clock.now() });
    },
    remove: (group, name) => {
      byGroup.delete(group);
      if (filters.get(`${group}:${name}`) === undefined) {
        throw new AwsError("ResourceNotFoundException", 400, "The specified subscription filter does not exist.");
      }
      filters.remove(`${group}:${name}`);
    },
    removeAll: (group) => {
      byGroup.delete(group);
      for (const { name } of listOf(group)) filters.remove(`${group}:${name}`);
    },
    list: (group) => {
      const known = byGroup.get(group);
      if (known !== undefined) return known;
      const list = listOf(group).map((filter) => ({ ...filter, matches: compileFilterPattern(filter.pattern) }));
      byGroup.set(group, list);
      return list;
    },
    setDestinationCheck: (check) => {
      checkDestination = check;
    },
  };
};
