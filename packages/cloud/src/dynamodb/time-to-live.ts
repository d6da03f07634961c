// UpdateTimeToLive, DescribeTimeToLive, and the sweeper that deletes expired items. It comes late, as AWS's does.
import type { Ground } from "../ports.ts";
import type { Action, Input } from "../gateway/service.ts";
import type { Timer } from "../clock/clock.ts";
import { TTL_DELAY_SECONDS, TTL_OLDEST_SECONDS } from "./limits.ts";
import type { TableState } from "./schema.ts";
import { invalid } from "./table-definition.ts";
import type { Tables } from "./tables.ts";

export interface TimeToLive {
  readonly actions: Readonly<Record<string, Action>>;
  readonly set: (name: string, attribute: string | undefined) => void;
  /** Looks when the next item expires and wakes then; call it at start. */
  readonly arm: () => void;
}

const PAGE = 1000;

interface Wanted {
  readonly attribute: string;
  readonly enabled: boolean;
}

const readSpecification = (input: Input): Wanted => {
  const { AttributeName, Enabled } = (input["TimeToLiveSpecification"] ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof AttributeName !== "string" || AttributeName === "" || typeof Enabled !== "boolean") {
    throw invalid("TimeToLiveSpecification needs AttributeName and Enabled");
  }
  return { attribute: AttributeName, enabled: Enabled };
};

const refuseNoChange = (state: TableState, { attribute, enabled }: Wanted): void => {
  if (enabled && state.ttlAttribute !== undefined) throw invalid("TimeToLive is already enabled");
  if (!enabled && state.ttlAttribute === undefined) throw invalid("TimeToLive is already disabled");
  if (!enabled && state.ttlAttribute !== attribute) {
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${state.ttlAttribute}`);
  }
};

export const createTimeToLive = (tables: Tables, { clock, faults }: Pick<Ground, "clock" | "faults">): TimeToLive => {
  let timer: Timer | undefined;
  let armedFor = Number.POSITIVE_INFINITY;
  /** Until when a fault keeps the expired items of a table. */
  const late = new Map<string, number>();

  const expiring = (): readonly TableState[] => tables.list().filter(({ ttlAttribute }) => ttlAttribute !== undefined);
  const oldest = (): number => Math.floor(clock.now() / 1000) - TTL_OLDEST_SECONDS;

  const isLate = ({ schema: { TableName }, arn }: TableState): boolean => {
    const occurrence = { service: "dynamodb", action: "TimeToLive", resource: arn };
    const fault = late.has(TableName) ? undefined : faults.strike(["ttl-late"], occurrence);
    const until = late.get(TableName) ?? clock.now() + (fault?.ms ?? 0);
    late.set(TableName, until);
    return clock.now() < until;
  };
  const sweepTable = (state: TableState, until: number): void => {
    const { TableName } = state.schema;
    const due = tables.items.expiries(TableName, { from: oldest(), to: until, limit: PAGE });
    if (due.length === 0) late.delete(TableName);
    if (due.length === 0 || isLate(state)) return;
    tables.transaction(() => {
      for (const { key } of due) {
        tables.write(state, key, { before: tables.items.get(TableName, key), after: undefined }, { expired: true });
      }
    });
    sweepTable(state, until);
  };
  const sweep = (): void => {
    armedFor = Number.POSITIVE_INFINITY;
    const until = Math.floor(clock.now() / 1000) - TTL_DELAY_SECONDS;
    for (const state of expiring()) sweepTable(state, until);
    arm();
  };
  const armFor = (seconds: number, earliest = 0): void => {
    const next = Math.max(earliest, (seconds + TTL_DELAY_SECONDS) * 1000);
    if (next >= armedFor || !Number.isFinite(next) || seconds < oldest()) return;
    timer?.cancel();
    armedFor = next;
    timer = clock.at(next, "dynamodb: expired items", sweep);
  };
  const arm = (): void => {
    for (const { schema } of expiring()) {
      for (const { time } of tables.items.expiries(schema.TableName, { from: oldest(), limit: 1 })) {
        armFor(time, late.get(schema.TableName));
      }
    }
  };
  tables.items.onExpiry((seconds) => armFor(seconds));
  const set: TimeToLive["set"] = (name, attribute) => {
    const { ttlAttribute: _old, ...state } = tables.get(name);
    tables.transaction(() => {
      tables.items.dropExpiries(name);
      if (attribute !== undefined) tables.items.fillExpiries(state.schema, attribute);
      tables.put(attribute === undefined ? state : { ...state, ttlAttribute: attribute });
    });
    arm();
  };

  return {
    set,
    arm,
    actions: {
      UpdateTimeToLive: ({ input }) => {
        const wanted = readSpecification(input);
        const name = String(input["TableName"]);
        refuseNoChange(tables.get(name), wanted);
        set(name, wanted.enabled ? wanted.attribute : undefined);
        return { TimeToLiveSpecification: { AttributeName: wanted.attribute, Enabled: wanted.enabled } };
      },
      DescribeTimeToLive: ({ input }) => {
        const { ttlAttribute } = tables.get(String(input["TableName"]));
        const TimeToLiveDescription =
          ttlAttribute === undefined
            ? { TimeToLiveStatus: "DISABLED" }
            : { TimeToLiveStatus: "ENABLED", AttributeName: ttlAttribute };
        return { TimeToLiveDescription };
      },
    },
  };
};
