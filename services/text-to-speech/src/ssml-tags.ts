// The SSML that Polly takes: https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html
import type { Engine } from "./post.ts";

interface Tag {
  readonly holds: "all" | "text" | "nothing";
  /** Never cut open: half of it would mean something else. */
  readonly whole: boolean;
  /** Attributes that must be there, and those that may. */
  readonly needs: readonly string[];
  readonly takes: readonly string[];
}

const list = (words: string): readonly string[] => words.split(" ").filter(Boolean);
const tag = (holds: Tag["holds"], needs = "", takes = "", whole = holds !== "all"): Tag => ({
  holds,
  whole,
  needs: list(needs),
  takes: list(`${needs} ${takes}`),
});

export const TAGS: ReadonlyMap<string, Tag> = new Map([
  ["speak", tag("all", "", "version xmlns xmlns:xsi xmlns:amazon xsi:schemaLocation xml:lang onlangfailure")],
  ["p", tag("all", "", "xml:lang")],
  ["s", tag("all", "", "xml:lang")],
  ["break", tag("nothing", "", "strength time")],
  ["mark", tag("nothing", "name")],
  ["lang", tag("all", "xml:lang", "onlangfailure")],
  ["emphasis", tag("all", "", "level")],
  ["prosody", tag("all", "", "volume rate pitch amazon:max-duration")],
  ["phoneme", tag("all", "ph", "alphabet", true)],
  ["say-as", tag("text", "interpret-as", "format")],
  ["sub", tag("text", "alias")],
  ["w", tag("all", "role", "", true)],
  ["amazon:effect", tag("all", "", "name vocal-tract-length phonation")],
  ["amazon:domain", tag("all", "name")],
  ["amazon:auto-breaths", tag("all", "", "volume frequency duration")],
  ["amazon:breath", tag("nothing", "", "volume duration")],
]);

const DURATION = /^\d{1,5}(?:\.\d{1,6})?m?s$/;
const VALUES: ReadonlyMap<string, RegExp> = new Map([
  ["break strength", /^(?:none|x-weak|weak|medium|strong|x-strong)$/],
  ["break time", DURATION],
  ["lang xml:lang", /^[a-zA-Z]{2,3}(?:-[a-zA-Z]{2,4}){0,2}$/],
  ["emphasis level", /^(?:strong|moderate|reduced|none)$/],
  ["prosody rate", /^(?:default|x-slow|slow|medium|fast|x-fast|(?:[2-9]\d|1\d\d)(?:\.\d{1,3})?%|200%)$/],
  ["prosody volume", /^(?:default|silent|x-soft|soft|medium|loud|x-loud|[+-]\d{1,2}(?:\.\d{1,3})?dB)$/],
  ["prosody pitch", /^(?:default|x-low|low|medium|high|x-high|[+-]?\d{1,3}(?:\.\d{1,3})?%)$/],
  ["prosody amazon:max-duration", DURATION],
  ["phoneme alphabet", /^(?:ipa|x-sampa|x-amazon-[a-z-]{1,20})$/],
  [
    "say-as interpret-as",
    /^(?:characters|spell-out|cardinal|number|ordinal|digits|fraction|unit|date|time|address|expletive|telephone)$/,
  ],
  ["say-as format", /^(?:mdy|dmy|ymd|md|dm|ym|my|d|m|y|yyyymmdd|hms12|hms24)$/],
  ["amazon:effect name", /^(?:whispered|drc)$/],
  ["amazon:effect phonation", /^soft$/],
  ["amazon:effect vocal-tract-length", /^[+-]?\d{1,3}%$/],
]);

export type Attributes = ReadonlyMap<string, string>;

const STANDARD_ONLY = ["emphasis", "amazon:auto-breaths", "amazon:breath"];

/** Whether an engine knows a tag that others do. */
const isFor = (engine: Engine, name: string, attributes: Attributes): boolean => {
  if (name === "amazon:domain") return engine === "neural";
  if (name === "amazon:effect" && attributes.get("name") === "drc") return engine !== "generative";
  const isStandardOnly =
    STANDARD_ONLY.includes(name) ||
    name === "amazon:effect" ||
    (name === "prosody" && (attributes.has("pitch") || attributes.has("amazon:max-duration")));
  return engine === "standard" || !isStandardOnly;
};

/** What is wrong with a tag; undefined when it is good. */
export const tagFault = (name: string, attributes: Attributes, engine: Engine): string | undefined => {
  const tag = TAGS.get(name);
  if (tag === undefined) return `<${name.slice(0, 40)}> is not supported`;
  for (const [attribute, value] of attributes) {
    if (!tag.takes.includes(attribute)) return `<${name}> has no attribute ${attribute.slice(0, 40)}`;
    if (VALUES.get(`${name} ${attribute}`)?.test(value) === false) return `<${name}> takes no such ${attribute}`;
  }
  const missing = tag.needs.find((need) => !attributes.get(need));
  if (missing !== undefined) return `<${name}> needs the attribute ${missing}`;
  if (name === "break" && pauseSeconds(attributes) > 10) return "A <break> lasts 10 s at most";
  return isFor(engine, name, attributes) ? undefined : `<${name}> as it is here is not for the ${engine} engine`;
};

/** How fast it speaks, 1 as ever; Polly goes from a fifth to twice. */
export const rateOf = (attributes: Attributes): number => {
  const rate = attributes.get("rate") ?? "medium";
  // Polly gives no numbers for its words: slow ones here, so that no chunk is longer than it was said to be.
  return rate.endsWith("%") ? Number.parseFloat(rate) / 100 : ({ "x-slow": 0.5, slow: 0.75 }[rate] ?? 1);
};

/** Of a `<break>`; as after a paragraph when it tells a strength, or nothing. */
export const pauseSeconds = (attributes: Attributes): number => {
  const time = attributes.get("time");
  if (time === undefined) return attributes.get("strength") === "none" ? 0 : 1;
  return Number.parseFloat(time) / (time.endsWith("ms") ? 1000 : 1);
};
