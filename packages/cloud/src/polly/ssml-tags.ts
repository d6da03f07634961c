// The tags of SSML that Polly takes, and how their attributes may look:
// https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html

const ANY = /^/;
const SOME = /./;
const VOLUME = /^(silent|x-soft|soft|medium|loud|x-loud|default|[+-]\d{1,2}(\.\d+)?dB)$/;
const LEVEL = /^(default|x-low|low|medium|high|x-high|x-short|short|long|x-long)$/;

/** By tag, its attributes; those that must be there end in `!`. */
const TAGS: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  speak: { version: ANY, "xml:lang": ANY, "xml:base": ANY, onlangfailure: ANY },
  break: { strength: /^(none|x-weak|weak|medium|strong|x-strong)$/, time: /^\d{1,5}(\.\d+)?m?s$/ },
  emphasis: { level: /^(strong|moderate|reduced|none)$/ },
  lang: { "xml:lang!": /^[a-zA-Z]{2,3}(-[a-zA-Z]{2,4}){0,2}$/, onlangfailure: ANY },
  mark: { "name!": SOME },
  p: { "xml:lang": ANY },
  phoneme: { alphabet: /^(ipa|x-sampa|x-amazon-[a-z-]+)$/, "ph!": SOME },
  prosody: {
    rate: /^(x-slow|slow|medium|fast|x-fast|default|([2-9]\d|1\d\d)(\.\d+)?%|200%)$/,
    volume: VOLUME,
    pitch: /^(x-low|low|medium|high|x-high|default|[+-]?\d{1,3}(\.\d+)?%)$/,
    "amazon:max-duration": /^\d+(\.\d+)?m?s$/,
  },
  s: { "xml:lang": ANY },
  "say-as": {
    "interpret-as!":
      /^(characters|spell-out|cardinal|number|ordinal|digits|fraction|unit|date|time|address|expletive|telephone)$/,
    format: /^(mdy|dmy|ymd|md|dm|ym|my|d|m|y|yyyymmdd|hms12|hms24)$/,
  },
  sub: { "alias!": SOME },
  w: { "role!": SOME },
  "amazon:auto-breaths": { volume: ANY, frequency: ANY, duration: LEVEL },
  "amazon:breath": { volume: ANY, duration: LEVEL },
  "amazon:domain": { "name!": /^news$/ },
  "amazon:effect": { name: /^(whispered|drc)$/, phonation: /^soft$/, "vocal-tract-length": /^[+-]?\d{1,3}%$/ },
};

const STANDARD_ONLY = ["emphasis", "amazon:breath", "amazon:auto-breaths", "amazon:effect"];

/** Whether the engine takes it. */
const isTaken = (name: string, attributes: ReadonlyMap<string, string>, engine: string): boolean => {
  if (name === "amazon:domain") return engine === "neural";
  if (name === "amazon:effect" && attributes.size === 1 && attributes.get("name") === "drc")
    return engine !== "generative";
  const isOfVoice = name === "prosody" && (attributes.has("pitch") || attributes.has("amazon:max-duration"));
  return engine === "standard" || !(isOfVoice || STANDARD_ONLY.includes(name));
};

/** What is wrong with the tag; undefined when nothing is. */
export const tagFault = (name: string, attributes: ReadonlyMap<string, string>, engine: string): string | undefined => {
  const rules = Object.hasOwn(TAGS, name) ? TAGS[name] : undefined;
  if (rules === undefined) return `the tag <${name.slice(0, 40)}> is not supported`;
  for (const [attribute, value] of attributes) {
    if (name === "speak" && /^(xmlns|xsi)\b/.test(attribute)) continue;
    const rule = [attribute, `${attribute}!`].find((each) => Object.hasOwn(rules, each));
    // The value stays out: it may be of a text that is nobody's business.
    if (rule === undefined || rules[rule]?.test(value) !== true)
      return `the attribute ${attribute.slice(0, 40)} of <${name}> is not supported as it is given`;
  }
  const missing = Object.keys(rules).find((rule) => rule.endsWith("!") && !attributes.has(rule.slice(0, -1)));
  if (missing !== undefined) return `<${name}> needs ${missing.slice(0, -1)}`;
  return isTaken(name, attributes, engine) ? undefined : `Unsupported ${engine} feature: <${name}>`;
};

const RATES: Readonly<Record<string, number>> = { "x-slow": 0.5, slow: 0.8, fast: 1.25, "x-fast": 1.75 };

/** Of `<prosody rate>`: 1 is the voice's own. Percentages are of that too. (u) */
export const rateOf = (text: string): number =>
  text.endsWith("%") ? Number.parseFloat(text) / 100 : (RATES[text] ?? 1);

const DECIBELS: Readonly<Record<string, number>> = { silent: -Infinity, "x-soft": -12, soft: -6, loud: 4, "x-loud": 8 };

const MOST_GAIN = 100;

/** Of `<prosody volume>`: names are absolute (u), decibels relative to what is around. */
export const gainOf = (text: string, around: number): number =>
  text.endsWith("dB")
    ? Math.min(MOST_GAIN, around * 10 ** (Number.parseFloat(text) / 20))
    : 10 ** ((DECIBELS[text] ?? 0) / 20);

/** `weak` is as `medium`; `strong` is the pause after a sentence, `x-strong` that after a paragraph. Their ms are (u). */
export const PAUSES_MS = { none: 0, "x-weak": 0, weak: 300, medium: 300, strong: 400, "x-strong": 800 } as const;

const LONGEST_BREAK_MS = 10_000;

/** Of `<break>`; undefined when it is too long. */
export const breakOf = (attributes: ReadonlyMap<string, string>): number | undefined => {
  const time = attributes.get("time");
  if (time === undefined) {
    const strength = attributes.get("strength") ?? "medium";
    return Object.entries(PAUSES_MS).find(([name]) => name === strength)?.[1] ?? 0;
  }
  const ms = Number.parseFloat(time) * (time.endsWith("ms") ? 1 : 1_000);
  return ms <= LONGEST_BREAK_MS ? ms : undefined;
};
