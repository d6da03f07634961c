// GetTemplate, ValidateTemplate.
import type { Action } from "../../gateway/service.ts";
import { parseTemplate } from "../template.ts";
import { validateTemplateText } from "../validate.ts";
import { action, STACK, stackOf, TEMPLATE, templateOf, text, type ActionGround } from "./parameters.ts";

const string = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

export const templateActions = (ground: ActionGround): Readonly<Record<string, Action>> => ({
  GetTemplate: action({ ...STACK, TemplateStage: text }, ({ StackName }) => ({
    TemplateBody: stackOf(ground, StackName).templateBody,
    StagesAvailable: ["Original", "Processed"],
  })),
  ValidateTemplate: action(TEMPLATE, async (input) => {
    const body = await templateOf(ground, input);
    const capability = validateTemplateText(ground.engine, body);
    const { parameters, description } = parseTemplate(body);
    return {
      Parameters: Object.entries(parameters).map(([ParameterKey, declaration]) => ({
        ParameterKey,
        DefaultValue: string(declaration["Default"]),
        NoEcho: String(declaration["NoEcho"]) === "true",
        Description: string(declaration["Description"]),
      })),
      Description: description,
      Capabilities: capability === undefined ? [] : [capability],
    };
  }),
});
