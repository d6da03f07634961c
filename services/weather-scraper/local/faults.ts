// What a script may have the providers do wrong, and which request it strikes.
import * as v from "valibot";

const MOST_MEGABYTES = 4096;

/** Of the answer that would have been given. Times in real milliseconds: nobody's clock can be moved while it waits. */
const Effect = v.variant("kind", [
  /** Another status. 200 and 203 come with the ordinary body, others with a problem. `retryAfter`: seconds, or a date. */
  v.strictObject({
    kind: v.literal("status"),
    status: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)),
    retryAfter: v.optional(v.union([v.number(), v.string()])),
    /** Of the problem; `Forecast Grid Expired` is what the NWS says with 503. */
    title: v.optional(v.string()),
  }),
  /** As it would have been answered so many hours ago. */
  v.strictObject({ kind: v.literal("stale"), hours: v.pipe(v.number(), v.minValue(0)) }),
  /** A text in place of the body, with the type of the body or another one. */
  v.strictObject({ kind: v.literal("text"), text: v.string(), contentType: v.optional(v.string()) }),
  /** Another recording: `nws/pynws/alerts_active_zone.json`. Its times are moved as those of a forecast. */
  v.strictObject({ kind: v.literal("document"), file: v.pipe(v.string(), v.regex(/^[\w-]+(\/[\w.-]+)+$/)) }),
  /** The ordinary body with other values at `properties.timeseries.3.time`; `*` is each of a list. */
  v.strictObject({ kind: v.literal("edited"), set: v.record(v.string(), v.unknown()) }),
  /** Blanks without end; with `gzip` a bomb of a thousandth of that size. */
  v.strictObject({
    kind: v.literal("large"),
    megabytes: v.pipe(v.number(), v.minValue(1), v.maxValue(MOST_MEGABYTES)),
    gzip: v.optional(v.boolean(), false),
  }),
  v.strictObject({ kind: v.literal("slow"), ms: v.pipe(v.number(), v.minValue(0)) }),
  /** Never a byte; the connection stays open. */
  v.strictObject({ kind: v.literal("silent") }),
  /** Headers and half of the body, then nothing more. */
  v.strictObject({ kind: v.literal("stalled") }),
  /** Headers and half of the body, then the connection ends. */
  v.strictObject({ kind: v.literal("truncated") }),
  /** The connection is reset before an answer. */
  v.strictObject({ kind: v.literal("reset") }),
]);
export type Effect = v.InferOutput<typeof Effect>;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const Fault = v.strictObject({
  /** `/met/*` or `*lat=51.5&*`: the path with its provider, and the query. A star is any text; without one the path alone counts. */
  path: v.string(),
  effect: Effect,
  /** How often it strikes; always, unless said. */
  times: v.optional(count, Number.MAX_SAFE_INTEGER),
  /** So many requests pass before. */
  after: v.optional(count, 0),
});
export type Fault = v.InferInput<typeof Fault>;

const Faults = v.array(Fault);

export interface Script {
  /** Takes the place of what was scripted before. Throws a ValiError for a fault that nobody knows. */
  readonly load: (faults: unknown) => void;
  /** What happens to this request; each call counts as one. */
  readonly strike: (url: string) => Effect | undefined;
}

const matcher = (pattern: string): ((url: string) => boolean) => {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.?+^${}()|[\]\\]/g, String.raw`\$&`));
  const whole = new RegExp(`^${parts.join(".*")}$`);
  return (url) => whole.test(url) || whole.test(url.split("?")[0] ?? "");
};

/** Of several faults that match, the first that is due strikes. */
export const createScript = (): Script => {
  let rules: readonly { matches: (url: string) => boolean; effect: Effect; after: number; times: number }[] = [];
  return {
    load: (faults) => {
      rules = v.parse(Faults, faults).map(({ path, ...rest }) => ({ ...rest, matches: matcher(path) }));
    },
    strike: (url) => {
      let struck: Effect | undefined;
      for (const rule of rules) {
        if (!rule.matches(url)) continue;
        if (rule.after > 0) rule.after -= 1;
        else if (rule.times > 0 && struck === undefined) {
          rule.times -= 1;
          struck = rule.effect;
        }
      }
      return struck;
    },
  };
};
