// GetTemplate, ValidateTemplate.
import { parseTemplate } from "../template.ts";
import { validateTemplateText } from "../validate.ts";
import { honoured, required, templateOf, text, type ActionGround } from "./input.ts";
import { stackOf } from "./describe-stacks.ts";

export const getTemplate = (ground: ActionGround) =>
  honoured(["StackName", "TemplateStage"], (input) => {
    const { templateBody } = stackOf(ground, required(input, "StackName"));
    return { TemplateBody: templateBody, StagesAvailable: ["Original", "Processed"] };
  });

const string = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

export const validateTemplate = ({ engine, readTemplate, askRules }: ActionGround) =>
  honoured(["TemplateBody", "TemplateURL"], async (input) => {
    const body = await templateOf(input, readTemplate);
    const capability = validateTemplateText(engine, body);
    await askRules(body);
    const { parameters, description } = parseTemplate(body);
    return {
      Parameters: Object.entries(parameters).map(([ParameterKey, declaration]) => ({
        ParameterKey,
        DefaultValue: string(declaration["Default"]),
        NoEcho: String(declaration["NoEcho"]) === "true",
        Description: text(declaration, "Description"),
      })),
      Description: description,
      Capabilities: capability === undefined ? [] : [capability],
      CapabilitiesReason:
        capability === undefined ? undefined : "The following resource(s) require capabilities: [AWS::IAM::Role]",
      DeclaredTransforms: [],
    };
  });
