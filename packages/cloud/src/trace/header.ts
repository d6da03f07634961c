// The X-Ray trace header that SDKs send from a function's environment, and what it tells: which event this belongs to,
// which invocation sent it, and how many hops it has made.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
import { randomUUID } from "node:crypto";

export interface TraceContext {
  /** `1-<8 hex>-<24 hex>`: the same for everything that one event caused. */
  readonly root: string;
  /** Segment of the sender: 16 hex digits. */
  readonly parent?: string;
  /** Invocations that this has gone through, for loop detection. */
  readonly hops: number;
}

/** Up to 32 hex digits: randomUUID has random bytes in stock, where randomBytes asks the kernel each time. */
export const randomHex = (digits: number): string => randomUUID().replaceAll("-", "").slice(-digits);

/** A new trace that begins at `now` (ms). */
export const newTrace = (now: number): TraceContext => {
  const time = Math.floor(now / 1000).toString(16).padStart(8, "0"); // prettier-ignore
  return { root: `1-${time}-${randomHex(24)}`, hops: 0 };
};

/** Reads a header; undefined when it names no root. */
export const readTrace = (header: string | undefined): TraceContext | undefined => {
  if (header === undefined) return undefined;
  let root = "";
  let parent: string | undefined;
  let lineage = "";
  for (const field of header.split(";")) {
    const at = field.indexOf("=");
    const name = field.slice(0, Math.max(at, 0)).trim();
    const value = field.slice(at + 1).trim();
    if (name === "Root") root = value;
    else if (name === "Parent") parent = value;
    else if (name === "Lineage") lineage = value;
  }
  if (root === "") return undefined;
  const hops = Number(lineage.slice(lineage.lastIndexOf(":") + 1));
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
export const newSegment = (): string => randomHex(16);
