// UpdateContinuousBackups, DescribeContinuousBackups: point-in-time recovery is stored and shown, without a backup behind it.
import type { Clock } from "../clock/clock.ts";
import type { Action } from "../gateway/service.ts";
import type { TableState } from "./schema.ts";
import { invalid } from "./table-definition.ts";
import type { Tables } from "./tables.ts";

const DEFAULT_PERIOD_DAYS = 35;

export const setRecovery = (tables: Tables, state: TableState, specification: unknown): TableState => {
  const { PointInTimeRecoveryEnabled: enabled, RecoveryPeriodInDays: days } = (specification ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (typeof enabled !== "boolean") throw invalid("PointInTimeRecoverySpecification needs PointInTimeRecoveryEnabled");
  const { recoveryPeriodInDays: _old, ...rest } = state;
  const changed = {
    ...rest,
    pointInTimeRecovery: enabled,
    ...(typeof days === "number" && { recoveryPeriodInDays: days }),
  };
  tables.put(changed);
  return changed;
};

export const continuousBackupActions = (tables: Tables, clock: Clock): Readonly<Record<string, Action>> => {
  const describe = ({ pointInTimeRecovery, recoveryPeriodInDays, createdAt }: TableState): object => ({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: pointInTimeRecovery
        ? {
            PointInTimeRecoveryStatus: "ENABLED",
            RecoveryPeriodInDays: recoveryPeriodInDays ?? DEFAULT_PERIOD_DAYS,
            EarliestRestorableDateTime: createdAt / 1000,
            LatestRestorableDateTime: clock.now() / 1000,
          }
        : { PointInTimeRecoveryStatus: "DISABLED" },
    },
  });
  return {
    UpdateContinuousBackups: ({ input }) => {
      const state = tables.get(String(input["TableName"]));
      return describe(setRecovery(tables, state, input["PointInTimeRecoverySpecification"]));
    },
    DescribeContinuousBackups: ({ input }) => describe(tables.get(String(input["TableName"]))),
  };
};
