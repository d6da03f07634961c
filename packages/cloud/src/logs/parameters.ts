// Fields that several actions and resource properties of CloudWatch Logs have.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { LIMITS, RETENTION_DAYS } from "./limits.ts";

export const action = honouring("InvalidParameterException");

export const groupName = v.pipe(
  v.string(),
  v.regex(/^[.\-_/#A-Za-z0-9]{1,512}$/, "must be 1 to 512 of a-z, A-Z, 0-9 and . - _ / #"),
);
export const streamName = v.pipe(v.string(), v.regex(/^[^:*]{1,512}$/, "must be 1 to 512 characters without : and *"));
export const text = v.optional(v.string());
export const time = v.optional(v.pipe(v.number(), v.minValue(0)));
export const limit = (most: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most)), most);
export const retentionDays = v.pipe(
  v.number(),
  v.check((days) => RETENTION_DAYS.includes(days), `must be one of ${RETENTION_DAYS.join(", ")}`),
);
export const filterPattern = v.pipe(v.string(), v.maxLength(LIMITS.filterPatternCharacters));
