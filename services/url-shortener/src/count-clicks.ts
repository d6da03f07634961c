// Counting click lines exactly once, although logs deliver them at least once, cut and ordered as they like.
import { isbot } from "isbot";
import * as v from "valibot";

/** One counted visit, as it is in the log; what does not fit would not fit on a retry either. */
export const ClickLine = v.object({
  type: v.literal("click"),
  v: v.literal(1),
  sandbox: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** Milliseconds since 1970. */
  t: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8.64e15)),
  /** The link's code and birth, so that a code used again starts at zero. */
  id: v.pipe(v.string(), v.regex(/^[\w-]{3,64}\.[0-9a-z]{1,11}$/)),
  src: v.optional(v.literal("qr")),
  ref: v.optional(v.pipe(v.string(), v.maxLength(100))),
  ua: v.optional(v.string()),
  pre: v.optional(v.literal(1)),
});
export type Click = Omit<v.InferOutput<typeof ClickLine>, "type" | "v">;

/** Sequence numbers counted so far, as sorted closed ranges that do not touch. */
export type Ranges = readonly (readonly [number, number])[];

export interface Bucket {
  readonly id: string;
  readonly key: string;
  readonly adds: Record<string, number>;
  /** Seconds since 1970. */
  readonly ttl?: number;
}

export interface Watermark {
  readonly ranges: Ranges;
  readonly version: number;
}

export interface ClickStore {
  /** The watermark of a sandbox and, per day bucket, the referrers that already have a counter. */
  read(sandbox: string, days: readonly { id: string; key: string }[]): Promise<CountedSoFar>;
  /** Writes ranges and counts in one transaction; false, and nothing written, when the watermark has moved on. */
  commit(sandbox: string, next: Watermark, buckets: readonly Bucket[]): Promise<boolean>;
}

export interface CountedSoFar {
  readonly watermark?: Watermark;
  readonly referrers: ReadonlyMap<string, ReadonlySet<string>>;
}

const MAX_LINK_HOURS = 33; // × hour, day and total + the watermark = the 100 items of a transaction
const MAX_RANGES = 100;
const MAX_REFERRERS = 50;
const MAX_ATTEMPTS = 10;
const HOUR_TTL_SECONDS = 90 * 86_400;

const covers = (ranges: Ranges, seq: number): boolean => ranges.some(([from, to]) => from <= seq && seq <= to);

export const widen = (ranges: Ranges, seqs: readonly number[]): Ranges => {
  const all = [...ranges, ...seqs.map((seq) => [seq, seq] as const)].toSorted((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of all) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
};

const device = (ua = ""): string => {
  if (/mobile|android|iphone|ipad/i.test(ua)) return "mobile";
  return /windows|macintosh|x11|cros/i.test(ua) ? "desktop" : "other";
};

const hourOf = (click: Click): string => new Date(click.t).toISOString().slice(0, 13);
const dayKey = (click: Click): string => `D#${hourOf(click).slice(0, 10)}`;
const bucketName = (id: string, key: string): string => `${id} ${key}`;

/** Adds clicks up per bucket. Bots are only a number; where people came from and on what is kept per day. */
export const fold = (clicks: readonly Click[], referrers: CountedSoFar["referrers"]): readonly Bucket[] => {
  const buckets = new Map<string, Bucket>();
  const hosts = new Map([...referrers].map(([day, known]) => [day, new Set(known)]));
  const add = (id: string, key: string, counters: readonly string[], ttl?: number): void => {
    const bucket = buckets.get(bucketName(id, key)) ?? { id, key, adds: {}, ...(ttl !== undefined && { ttl }) };
    buckets.set(bucketName(id, key), bucket);
    for (const counter of counters) bucket.adds[counter] = (bucket.adds[counter] ?? 0) + 1;
  };
  const referrer = (host: string, day: string): string => {
    const known = hosts.get(day) ?? new Set();
    if (!known.has(host) && known.size >= MAX_REFERRERS) return "r_*";
    hosts.set(day, known.add(host));
    return `r_${host}`;
  };
  const details = (click: Click, day: string): readonly string[] => [
    `d_${device(click.ua)}`,
    `s_${click.src ?? "direct"}`,
    ...(click.ref === undefined ? [] : [referrer(click.ref, day)]),
  ];
  for (const click of clicks) {
    const hour = hourOf(click);
    const day = dayKey(click);
    const kind = click.pre === 1 || isbot(click.ua) ? "b" : "n";
    add(click.id, `H#${hour}`, [kind], Date.parse(`${hour}:00Z`) / 1000 + HOUR_TTL_SECONDS);
    add(click.id, day, kind === "b" ? ["b"] : ["n", ...details(click, bucketName(click.id, day))]);
    add(click.id, "T", [kind]);
  }
  return [...buckets.values()];
};

const inOrder = (clicks: readonly Click[]): readonly Click[] =>
  [...new Map(clicks.map((click) => [click.seq, click])).values()].toSorted((a, b) => a.seq - b.seq);

/** The longest head of the clicks whose buckets fit into one transaction. */
const headThatFits = (clicks: readonly Click[]): readonly Click[] => {
  const linkHours = new Set<string>();
  const end = clicks.findIndex((click) => linkHours.add(bucketName(click.id, hourOf(click))).size > MAX_LINK_HOURS);
  return end === -1 ? clicks : clicks.slice(0, end);
};

const daysOf = (clicks: readonly Click[]) => {
  const days = clicks.map((click) => ({ id: click.id, key: dayKey(click) }));
  return [...new Map(days.map((day) => [bucketName(day.id, day.key), day])).values()];
};

/** Counts a chunk of one sandbox. Returns its ranges afterwards. */
const countChunk = async (store: ClickStore, sandbox: string, chunk: readonly Click[]): Promise<Ranges> => {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const { watermark, referrers } = await store.read(sandbox, daysOf(chunk));
    const { ranges, version } = watermark ?? { ranges: [], version: 0 };
    const fresh = chunk.filter(({ seq }) => !covers(ranges, seq));
    if (fresh.length === 0) return ranges;
    const seqs = fresh.map(({ seq }) => seq);
    const wider = widen(ranges, seqs);
    if (wider.length > MAX_RANGES) throw new Error(`${sandbox} has more than ${MAX_RANGES} gaps: lines are missing`);
    const next = { ranges: wider, version: version + 1 };
    if (await store.commit(sandbox, next, fold(fresh, referrers))) return wider;
  }
  throw new Error(`The watermark of ${sandbox} moved ${MAX_ATTEMPTS} times while its clicks were counted`);
};

/** Counts clicks of any sandboxes, in any order, also again. Returns how many gaps the numbering has now. */
export const countClicks = async (store: ClickStore, clicks: readonly Click[]): Promise<{ gaps: number }> => {
  let gaps = 0;
  for (const [sandbox, own] of Map.groupBy(clicks, (click) => click.sandbox)) {
    let rest = inOrder(own);
    let ranges: Ranges = [];
    while (rest.length > 0) {
      const chunk = headThatFits(rest);
      ranges = await countChunk(store, sandbox, chunk);
      rest = rest.slice(chunk.length);
    }
    gaps += ranges.length - 1;
  }
  return { gaps };
};
