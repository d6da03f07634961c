// The X-Ray trace header that SDKs send from a function's environment, and what it tells: which event this belongs to,
// which invocation sent it, and how many hops it has made.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
import { randomBytes } from "node:crypto";

export interface TraceContext {
  /** `1-<8 hex>-<24 hex>`: the same for everything that one event caused. */
  readonly root: string;
  /** Segment of the sender: 16 hex digits. */
  readonly parent?: string;
  /** Invocations that this has gone through, for loop detection. */
  readonly hops: number;
}

const fieldsOf = (header: string): ReadonlyMap<string, string> =>
  new Map(
    header.split(";").map((field) => {
      const [name = "", value = ""] = field.trim().split("=");
      return [name, value] as const;
    }),
  );

/** A new trace that begins at `now` (ms). */
export const newTrace = (now: number): TraceContext => {
  const time = Math.floor(now / 1000).toString(16).padStart(8, "0"); // prettier-ignore
  return { root: `1-${time}-${randomBytes(12).toString("hex")}`, hops: 0 };
};

/** Reads a header; undefined when it names no root. */
export const readTrace = (header: string | undefined): TraceContext | undefined => {
  if (header === undefined) return undefined;
  const fields = fieldsOf(header);
  const root = fields.get("Root");
  if (root === undefined || root === "") return undefined;
  const parent = fields.get("Parent");
  const hops = Number(fields.get("Lineage")?.split(":").at(-1) ?? 0);
  return { root, ...(parent !== undefined && { parent }), hops: Number.isSafeInteger(hops) && hops >= 0 ? hops : 0 };
};

/** The header of a context. `Lineage` is where AWS keeps its count too: `<weight>:<hash>:<hops>`. */
export const writeTrace = ({ root, parent, hops }: TraceContext): string =>
  [
    `Root=${root}`,
    ...(parent === undefined ? [] : [`Parent=${parent}`]),
    "Sampled=1",
    `Lineage=1:00000000:${hops}`,
  ].join(";");

/** A new segment id. */
export const newSegment = (): string => randomBytes(8).toString("hex");
