// What is to be ejected, where to and under which name; everything that can be wrong with that is said before a file is written.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root, serviceFolder, services } from "../repository.ts";
import { isKebabCase, LONGEST_NAME } from "../service-name.ts";

/** Together they are one shop: orders calls products, and both take the tokens of users. In the order of their deploys. */
const STORE = ["users", "products", "orders"] as const;

export interface Ejection {
  /** One service, or those of the store. */
  readonly services: readonly string[];
  /** What it was called here: the service, or `store`. */
  readonly original: string;
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Whether the packages come from the registry. */
  readonly isPublished: boolean;
}

/** What was typed is wrong; the message says what and what to do. */
export class UsageError extends Error {}

/** Whether the service stands alone in its project, which then is a service's folder itself. */
export const isSingle = ({ services: ejected }: Pick<Ejection, "services">): boolean => ejected.length === 1;

/** Whether it takes the tokens of users without bringing that service along. */
export const lacksUsers = (plan: Pick<Ejection, "services">): boolean => {
  const [service = ""] = plan.services;
  if (!isSingle(plan)) return false;
  return /!ImportValue "?users-/.test(readFileSync(join(serviceFolder(service), "serverless.yml"), "utf8"));
};

const ejectable = (): readonly string[] => [
  ...services().filter((name) => !STORE.some((one) => one === name)),
  "store",
];

const servicesOf = (what: string): readonly string[] => {
  if (STORE.some((one) => one === what))
    throw new UsageError(`${STORE.join(", ")} are one project: npm run eject -- store <folder>`);
  if (!ejectable().includes(what))
    throw new UsageError(`There is no ${what} to eject; there is ${ejectable().join(", ")}`);
  return what === "store" ? STORE : [what];
};

const checkName = (name: string): string => {
  if (!isKebabCase(name))
    throw new UsageError(`The name ${JSON.stringify(name)} must be lower-case letters, digits and single hyphens`);
  if (name.length > LONGEST_NAME)
    throw new UsageError(
      `The name ${name} is over ${LONGEST_NAME} characters; AWS's names of roles would get too long`,
    );
  return name;
};

const isWithin = (folder: string, outer: string): boolean => !relative(outer, folder).startsWith("..");

const checkFolder = (folder: string): string => {
  if (isWithin(folder, root))
    throw new UsageError(`${folder} is inside of this repository; a project of its own needs another place`);
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new UsageError(`${folder} is a file`);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UsageError(`${folder} is not empty; nothing was written there`);
  return folder;
};

const parse = (args: readonly string[]) => {
  try {
    const options = { name: { type: "string" }, published: { type: "boolean", default: false } } as const;
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

/** Reads the command line; the folder is seen from where npm was typed. Throws UsageError. */
export const planEject = (args: readonly string[], cwd = process.env["INIT_CWD"] ?? "."): Ejection => {
  const { values, positionals } = parse(args);
  const [what, folder, ...rest] = positionals;
  if (what === undefined || folder === undefined || rest.length > 0)
    throw new UsageError("Say which service and where to");
  return {
    services: servicesOf(what),
    original: what,
    name: checkName(values.name ?? what),
    folder: checkFolder(resolve(cwd, folder)),
    isPublished: values.published,
  };
};
