// Faults that somebody asks for: add, list, clear.
import * as v from "valibot";
import type { Faults } from "../../faults/faults.ts";
import { type AdminRoutes, list, nothing, route } from "../route.ts";

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A day: longer ones overflow the timers of a process. */
const delay = v.pipe(whole, v.maxValue(86_400_000));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const rate = v.pipe(v.number(), v.gtValue(0));

const Match = v.strictObject({
  service: v.exactOptional(v.string()),
  action: v.exactOptional(v.string()),
  resource: v.exactOptional(v.string()),
  function: v.exactOptional(v.string()),
  principal: v.exactOptional(v.string()),
});

const When = v.strictObject({
  nth: v.exactOptional(positive),
  every: v.exactOptional(positive),
  times: v.exactOptional(positive),
  rate: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  seed: v.exactOptional(whole),
});

const kind = <const K extends string>(name: K) => ({ kind: v.literal(name) });
const EffectSchema = v.variant("kind", [
  v.strictObject({
    ...kind("error"),
    code: v.string(),
    status: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599))),
    message: v.exactOptional(v.string()),
  }),
  v.strictObject({ ...kind("throttle"), tps: v.exactOptional(rate), burst: v.exactOptional(positive) }),
  v.strictObject({ ...kind("delay"), ms: delay }),
  v.strictObject(kind("reset")),
  v.strictObject(kind("lost-answer")),
  v.strictObject({ ...kind("cut-answer"), bytes: whole }),
  v.strictObject(kind("duplicate")),
  v.strictObject(kind("reorder")),
  v.strictObject({ ...kind("kill"), afterMs: v.exactOptional(delay), call: v.exactOptional(positive) }),
  v.strictObject(kind("cold")),
  v.strictObject(kind("memory")),
  v.strictObject({ ...kind("ttl-late"), ms: whole }),
  v.strictObject(kind("no-audio")),
  v.strictObject(kind("cut-multibyte")),
]);

const Rule = v.strictObject({
  id: v.exactOptional(v.string()),
  match: v.optional(Match, {}),
  when: v.exactOptional(When),
  effect: EffectSchema,
});

const Kept = v.object({ ...Rule.entries, id: v.string(), match: Match });
const Status = v.object({ ...Kept.entries, seen: v.number(), struck: v.number() });

export const faultRoutes = (faults: Faults): AdminRoutes => ({
  "GET /faults": route({ answer: v.object({ faults: list(Status) }) }, () => ({ faults: faults.list() })),
  "POST /faults": route({ body: Rule, answer: Kept }, ({ body }) => faults.add(body)),
  "DELETE /faults": route({ answer: nothing }, () => {
    faults.clear();
    return {};
  }),
  "DELETE /faults/{id}": route({ answer: nothing }, ({ name }) => {
    faults.clear(name);
    return {};
  }),
});
