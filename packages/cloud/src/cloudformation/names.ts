// Generated names and ids. Unlike AWS's they follow from stack, logical id and the number of earlier makings of each, so
// that the same deploys in a fresh cloud give the same names.
import { createHash } from "node:crypto";
import { ACCOUNT } from "../gateway/service.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SUFFIX = 12;

const hash = (...parts: readonly (string | number)[]): Buffer => createHash("sha256").update(parts.join("\0")).digest();

export interface NameOf {
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  /** How often this resource was replaced. */
  readonly generation: number;
  /** How often an operation on the stack was cut short: whatever was left behind then is in nobody's way. */
  readonly interruptions?: number;
}

/** `<stack>-<logicalId>-<12 characters>`; stack and logical id are cut to fit, the longer one first. */
export const generatedName = (
  { stackId, stackName, logicalId, generation, interruptions = 0 }: NameOf,
  maxLength = 255,
): string => {
  const suffix = [
    ...hash(stackId, logicalId, generation, ...(interruptions > 0 ? [interruptions] : [])).subarray(0, SUFFIX),
  ]
    .map((byte) => ALPHABET[byte % ALPHABET.length])
    .join("");
  const room = maxLength - SUFFIX - 2;
  const half = Math.floor(room / 2);
  const stackLength = Math.min(stackName.length, Math.max(half, room - logicalId.length));
  const logicalLength = Math.min(logicalId.length, room - stackLength);
  return `${stackName.slice(0, stackLength)}-${logicalId.slice(0, logicalLength)}-${suffix}`;
};

const uuid = (bytes: Buffer): string => {
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
};

/** `incarnation`: how many stacks had this name before. */
export const stackIdOf = (region: string, stackName: string, incarnation: number): string =>
  `arn:aws:cloudformation:${region}:${ACCOUNT}:stack/${stackName}/${uuid(hash("stack", stackName, incarnation))}`;

/** The id of a stack's n-th event. */
export const eventIdOf = (stackId: string, sequence: number): string => uuid(hash("event", stackId, sequence));

export const changeSetIdOf = (stackId: string, name: string, ...unique: readonly number[]): string =>
  `${stackId.split(":stack/")[0]}:changeSet/${name}/${uuid(hash("change set", stackId, name, ...unique))}`;
