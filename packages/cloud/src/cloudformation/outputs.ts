// Outputs of a stack, and exports with their protection while another stack uses them.
import { valuesOf, type Live } from "./apply.ts";
import type { Engine } from "./engine.ts";
import type { Prepared } from "./prepare.ts";
import type { Output, StackRecord } from "./state.ts";
import { invalid } from "./template.ts";

/** Resolves the outputs. */
export const outputsOf = (prepared: Prepared, live: Live): readonly Output[] =>
  [...prepared.outputs].map(([key, { value, description, exportName }]) => {
    const text = prepared.resolve(value, valuesOf(live));
    if (typeof text !== "string" && typeof text !== "number" && typeof text !== "boolean")
      throw invalid(`Template format error: Output ${key} is malformed. Its Value must be a string.`);
    const name = exportName === undefined ? undefined : prepared.resolve(exportName, valuesOf(live));
    if (name !== undefined && typeof name !== "string")
      throw invalid(`Template format error: Output ${key} is malformed. Its Export name must be a string.`);
    return {
      key,
      value: String(text),
      ...(description !== undefined && { description }),
      ...(name !== undefined && { exportName: name }),
    };
  });

/** Names of stacks that import it. */
export const importers = (engine: Engine, exportName: string): readonly string[] =>
  engine.state
    .existing()
    .filter(({ imports, before }) => imports.includes(exportName) || before?.imports.includes(exportName) === true)
    .map(({ stackName }) => stackName);

/** Throws AWS's sentence when an export is another stack's, or one in use would change or go. */
export const checkExports = (engine: Engine, { stackId }: StackRecord, outputs: readonly Output[]): void => {
  const next = new Map<string, string>();
  for (const { exportName: name, value } of outputs) {
    if (name === undefined) continue;
    const owner = engine.state.exports().find((each) => each.name === name && each.stackId !== stackId)?.stackId;
    if (owner !== undefined)
      throw invalid(`Export with name ${name} is already exported by stack ${engine.state.find(owner)?.stackName}.`);
    if (next.has(name)) throw invalid(`Duplicate Export names, [${name}], in the Outputs block of the template`);
    next.set(name, value);
  }
  for (const { name, value } of engine.state.exports().filter((each) => each.stackId === stackId)) {
    const users = importers(engine, name);
    if (users.length === 0 || next.get(name) === value) continue;
    const verb = next.has(name) ? "updated" : "deleted";
    throw invalid(`Export ${name} cannot be ${verb} as it is in use by ${users.join(" and ")}`);
  }
};
