// What a new service may be called, and what it may start from.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isKebabCase, LONGEST_NAME } from "../service-name.ts";

export const KINDS = ["http", "queue", "schedule", "object"] as const;
export type Kind = (typeof KINDS)[number];

export interface Wanted {
  readonly name: string;
  readonly kind: Kind;
}

/** The command line does not say what can be made; the message says what to type instead. */
export class Refusal extends Error {}

const isKind = (text: string): text is Kind => KINDS.some((kind) => kind === text);

const fault = (root: string, name: string): string | undefined => {
  if (!isKebabCase(name))
    return `${JSON.stringify(name)} is no name for a service: take lower-case letters, digits and single dashes, a letter first, such as my-notes`;
  if (name.length > LONGEST_NAME)
    return `${name} has ${name.length} characters; ${LONGEST_NAME} is the most, for IAM allows 64 in the name of a role and this one is in each`;
  // The folders of packages share npm's scope with those of services.
  if (existsSync(join(root, "packages", name)))
    return `${name} is the name of a package of this repository; take another one`;
  const taken = [`services/${name}`, `events/${name}`].find((path) => existsSync(join(root, path)));
  return taken && `${taken} is there already; take another name, or remove it`;
};

/** What is to be made; throws Refusal. */
export const wantedOf = (root: string, name: string | undefined, from: string | undefined): Wanted => {
  if (name === undefined) throw new Refusal("Give the new service a name");
  if (from === undefined || !isKind(from))
    throw new Refusal(
      `${from === undefined ? "Say what starts it" : `There is no ${from}`}: --from ${KINDS.join("|")}`,
    );
  const wrong = fault(root, name);
  if (wrong !== undefined) throw new Refusal(wrong);
  return { name, kind: from };
};
