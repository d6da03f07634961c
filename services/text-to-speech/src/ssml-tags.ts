// The SSML that Polly takes: https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html

interface Tag {
  /** Attributes that must be there, and those that may. */
  readonly needs: readonly string[];
  readonly takes: readonly string[];
  readonly empty: boolean;
  /** Never cut open: half of it would mean something else. */
  readonly whole: boolean;
}

type Kind = "cut" | "whole" | "empty";
const tag = (kind: Kind, needs = "", takes = ""): Tag => ({
  needs: needs.split(" ").filter(Boolean),
  takes: `${needs} ${takes}`.split(" ").filter(Boolean),
  empty: kind === "empty",
  whole: kind !== "cut",
});

export const TAGS: ReadonlyMap<string, Tag> = new Map([
  ["speak", tag("cut", "", "version xmlns xmlns:xsi xmlns:amazon xsi:schemaLocation xml:lang onlangfailure")],
  ["p", tag("cut", "", "xml:lang")],
  ["s", tag("cut", "", "xml:lang")],
  ["break", tag("empty", "", "strength time")],
  ["mark", tag("empty", "name")],
  ["lang", tag("cut", "xml:lang", "onlangfailure")],
  ["emphasis", tag("cut", "", "level")],
  ["prosody", tag("cut", "", "volume rate pitch amazon:max-duration")],
  ["phoneme", tag("whole", "ph", "alphabet")],
  ["say-as", tag("whole", "interpret-as", "format detail")],
  ["sub", tag("whole", "alias")],
  ["w", tag("whole", "role")],
  ["amazon:effect", tag("cut", "", "name vocal-tract-length phonation")],
  ["amazon:domain", tag("cut", "name")],
  ["amazon:auto-breaths", tag("cut", "", "volume frequency duration")],
  ["amazon:breath", tag("empty", "", "volume duration")],
]);

const DURATION = /^\+?(?:\d{1,6}|\d{0,6}\.\d{1,6})(?:ms|s)$/;
const VALUES: ReadonlyMap<string, RegExp> = new Map([
  ["break strength", /^(?:none|x-weak|weak|medium|strong|x-strong)$/],
  ["break time", DURATION],
  ["emphasis level", /^(?:strong|moderate|reduced|none)$/],
  ["prosody rate", /^(?:default|x-slow|slow|medium|fast|x-fast|[+-]?\d{1,4}(?:\.\d{1,3})?%)$/],
  ["prosody volume", /^(?:default|silent|x-soft|soft|medium|loud|x-loud|[+-]?\d{1,4}(?:\.\d{1,3})?dB)$/],
  ["prosody pitch", /^(?:default|x-low|low|medium|high|x-high|[+-]?\d{1,4}(?:\.\d{1,3})?%)$/],
  ["prosody amazon:max-duration", DURATION],
]);

export type Attributes = ReadonlyMap<string, string>;

/** How fast it speaks, 1 as ever; Polly goes down to a fifth and up to twice. */
export const rateOf = (attributes: Attributes): number => {
  const rate = attributes.get("rate") ?? "medium";
  // Polly gives no numbers for its words: slow ones here, so that no chunk is longer than it was said to be.
  if (!rate.endsWith("%")) return { "x-slow": 0.5, slow: 0.75 }[rate] ?? 1;
  return Math.min(2, Math.max(0.2, Number.parseFloat(rate) / 100 + (/^[+-]/.test(rate) ? 1 : 0)));
};

/** Of a `<break>`; as after a paragraph when it tells a strength, or nothing. */
export const pauseSeconds = (attributes: Attributes): number => {
  const time = attributes.get("time");
  if (time === undefined) return attributes.get("strength") === "none" ? 0 : 1;
  return Number.parseFloat(time) / (time.endsWith("ms") ? 1000 : 1);
};

/** What is wrong with a tag; undefined when it is good. */
export const tagFault = (name: string, attributes: Attributes): string | undefined => {
  const tag = TAGS.get(name);
  if (tag === undefined) return `<${name.slice(0, 40)}> is not supported`;
  for (const [attribute, value] of attributes) {
    if (!tag.takes.includes(attribute)) return `<${name}> has no attribute ${attribute.slice(0, 40)}`;
    if (VALUES.get(`${name} ${attribute}`)?.test(value) === false) return `<${name}> takes no such ${attribute}`;
  }
  const missing = tag.needs.find((need) => !attributes.has(need));
  if (missing !== undefined) return `<${name}> needs the attribute ${missing}`;
  return name === "break" && pauseSeconds(attributes) > 10 ? "A <break> lasts 10 s at most" : undefined;
};
