// In which order packaged services can be deployed: what a template imports, another stack must have exported.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Service } from "./service.ts";

interface Stack {
  readonly exports: readonly string[];
  readonly imports: readonly string[];
}

interface Template {
  readonly Outputs?: Readonly<Record<string, { readonly Export?: { readonly Name?: unknown } }>>;
}

/** Every name under an `Fn::ImportValue`, wherever it stands. */
const importsIn = (value: unknown): readonly string[] => {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === "Fn::ImportValue" ? [String(inner)] : importsIn(inner),
  );
};

/** Of a template as osls compiles it: there the stage stands in the names already. */
export const stackOf = (template: string): Stack => {
  const parsed = JSON.parse(template) as Template; // CloudFormation's format
  const exports = Object.values(parsed.Outputs ?? {}).map((output) => output.Export?.Name);
  return { exports: exports.filter((name) => typeof name === "string"), imports: importsIn(parsed) };
};

/** The wanted names, each after all that it imports from; those come along when they are not among the wanted. */
export const sorted = (wanted: readonly string[], stacks: ReadonlyMap<string, Stack>): readonly string[] => {
  const order = new Set<string>();
  const add = (name: string, waiting: readonly string[]): void => {
    if (order.has(name)) return;
    if (waiting.includes(name)) throw new Error(`Services import in a circle: ${[...waiting, name].join(" → ")}`);
    for (const imported of stacks.get(name)?.imports ?? []) {
      const [from] = [...stacks].find(([, { exports }]) => exports.includes(imported)) ?? [];
      if (from !== undefined && from !== name) add(from, [...waiting, name]);
    }
    order.add(name);
  };
  for (const name of wanted) add(name, []);
  return [...order];
};

/** The wanted services, each after all that it imports from, as they are packaged now; those come along out of `all`. */
export const inDeployOrder = (wanted: readonly Service[], all: readonly Service[] = wanted): readonly Service[] => {
  const stacks = all.flatMap(({ name, folder }): [string, Stack][] => {
    const path = join(folder, ".serverless/cloudformation-template-update-stack.json");
    return existsSync(path) ? [[name, stackOf(readFileSync(path, "utf8"))]] : [];
  });
  const byName = new Map([...wanted, ...all].map((service) => [service.name, service]));
  const names = sorted(
    wanted.map(({ name }) => name),
    new Map(stacks),
  );
  return names.flatMap((name) => byName.get(name) ?? []);
};
