// A template looked at without a stack, as ValidateTemplate does.
import type { Engine } from "./engine.ts";
import { stackIdOf } from "./names.ts";
import { checkTypes } from "./checks/types.ts";
import { prepare } from "./prepare.ts";
import { neededCapability, prepareFor } from "./prepare-stack.ts";
import { parseTemplate } from "./template.ts";

const STACK_NAME = "template";

/** Throws what is wrong with a template; answers the capability that it needs. */
export const validateTemplateText = (engine: Engine, body: string): string | undefined => {
  const { parameters } = parseTemplate(body);
  const stack = { stackId: stackIdOf(engine.ground.region, STACK_NAME, 0), stackName: STACK_NAME };
  const open = Object.entries(parameters).filter(([, declaration]) => declaration["Default"] === undefined);
  if (open.length === 0) return neededCapability(prepareFor(engine, stack, { templateBody: body, parameters: {} }));
  // Values of parameters without a default are not known: names, cycles and types can be checked all the same.
  const given = Object.fromEntries(open.map(([name, declaration]) => [name, sampleOf(declaration)]));
  const { region } = engine.ground;
  const prepared = prepare(body, given, { ...stack, region, importValue: (name) => name, finish: (text) => text });
  checkTypes(prepared, engine.types());
  return neededCapability(prepared);
};

const sampleOf = (declaration: Readonly<Record<string, unknown>>): string => {
  const allowed: unknown = declaration["AllowedValues"];
  if (Array.isArray(allowed)) return String(allowed[0]);
  return declaration["Type"] === "Number" ? String(Number(declaration["MinValue"] ?? 1)) : "sample";
};
