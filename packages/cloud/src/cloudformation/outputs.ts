// Outputs of a stack, and exports with their protection while another stack uses them.
import { valuesOf, type Live } from "./apply.ts";
import type { Engine } from "./engine.ts";
import type { Prepared } from "./prepare.ts";
import type { Export, Output, StackRecord } from "./state.ts";
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

export const exportsOf = (stackId: string, outputs: readonly Output[]): readonly Export[] =>
  outputs.flatMap(({ exportName, value }) => (exportName === undefined ? [] : [{ name: exportName, value, stackId }]));

/** Names of stacks that import it. */
export const importers = (engine: Engine, exportName: string): readonly string[] =>
  engine.state
    .all()
    .filter((stack) => stack.status !== "DELETE_COMPLETE")
    .filter(({ imports, before }) => imports.includes(exportName) || before?.imports.includes(exportName) === true)
    .map(({ stackName }) => stackName);

/** Throws AWS's sentence when an export is another stack's, or one in use would change or go. */
export const checkExports = (engine: Engine, stack: StackRecord, next: readonly Export[]): void => {
  for (const { name } of next) {
    const owner = engine.state.findExport(name)?.stackId;
    if (owner !== undefined && owner !== stack.stackId)
      throw invalid(
        `Export with name ${name} is already exported by stack ${engine.state.find(owner)?.stackName ?? owner}.`,
      );
  }
  const repeated = next.find(({ name }, index) => next.findIndex((other) => other.name === name) !== index);
  if (repeated !== undefined)
    throw invalid(`Duplicate Export names, [${repeated.name}], in the Outputs block of the template`);
  for (const old of engine.state.exports().filter(({ stackId }) => stackId === stack.stackId)) {
    const users = importers(engine, old.name);
    const now = next.find(({ name }) => name === old.name);
    if (users.length === 0 || now?.value === old.value) continue;
    const verb = now === undefined ? "deleted" : "updated";
    throw invalid(`Export ${old.name} cannot be ${verb} as it is in use by ${users.join(" and ")}`);
  }
};
