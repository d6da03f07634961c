// Time: what it is here, and moving it.
import * as v from "valibot";
import type { Clock } from "../../clock/clock.ts";
import { AwsError } from "../../gateway/aws-error.ts";
import { readDuration } from "../duration.ts";
import { type AdminRoutes, list, route } from "../route.ts";

const Mode = v.picklist(["real", "shifted", "frozen"]);
const Now = v.object({ now: v.string(), mode: Mode });
const Moved = v.object({ ...Now.entries, fired: list(v.object({ time: v.string(), label: v.string() })) });

const duration = v.pipe(
  v.union([v.number(), v.string()]),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const ms = typeof dataset.value === "number" ? dataset.value : readDuration(dataset.value);
    if (ms !== undefined && ms >= 0) return ms;
    addIssue({ message: `${String(dataset.value)} is no duration; say 90s, 15m, 3h, 1d or milliseconds` });
    return NEVER;
  }),
);

const Move = v.union([v.strictObject({ advance: duration }), v.strictObject({ mode: v.literal("real") })]);

export const clockRoutes = (clock: Clock): AdminRoutes => {
  const now = (): v.InferOutput<typeof Now> => ({ now: new Date(clock.now()).toISOString(), mode: clock.mode() });
  return {
    "GET /clock": route({ answer: Now }, now),
    "POST /clock": route({ body: Move, answer: Moved }, async ({ body }) => {
      if ("advance" in body) {
        const fired = await clock.advance(body.advance);
        return { ...now(), fired };
      }
      if (clock.mode() === "frozen") throw new AwsError("Conflict", 409, "a frozen clock cannot run; it only advances");
      clock.reset();
      return { ...now(), fired: [] };
    }),
  };
};
