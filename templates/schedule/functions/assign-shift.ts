import { env, schedule, text } from "@warmstart/middleware";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoShifts } from "../src/dynamo-shifts.ts";
import { assignShift, rotationOf } from "../src/rotation.ts";

const { SHIFTS_TABLE, ROTATION } = env({ SHIFTS_TABLE: text(), ROTATION: text() });
const shifts = dynamoShifts(SHIFTS_TABLE, documentClient());
const rotation = rotationOf(ROTATION);

export const handler = schedule(async ({ time, log, metrics }) => {
  const { isNew, ...shift } = await assignShift(shifts, rotation, time);
  if (isNew) metrics.add("ShiftsAssigned", 1);
  log.info(isNew ? "shift assigned" : "shift was assigned before", shift);
});
