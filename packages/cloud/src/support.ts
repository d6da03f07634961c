// SUPPORT.md, written from the tables that the code itself works by.
import type { Action, Service } from "./gateway/service.ts";
import { layGround } from "./ground.ts";
import { makeServices } from "./services.ts";

const HEAD = `# What the embedded AWS supports

Made from the code's own tables by \`npm run support\`; do not edit. What is not listed is refused with an AWS-shaped error:
an unknown service with 501, an unknown action with the protocol's own error, an unknown parameter with an error that names
it, an unknown resource type or property before anything is created.
`;

const LEGEND = `
## CloudFormation

Properties: plain ones are honoured in place, *replace* makes a new resource, *inert* is stored and printed at deploy but has
no effect here.
`;

/** An action with its parameters; one that takes none says so. */
const actionRow = ([name, { parameters }]: [string, Action]): string =>
  `| ${name} | ${parameters === undefined || parameters.length === 0 ? "none" : parameters.join(", ")} |`;

const actionsOf = ({ name, actions }: Service): string => {
  const rows = Object.entries(actions).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0) return "";
  return `\n### ${name}\n\n| action | parameters |\n|---|---|\n${rows.map(actionRow).join("\n")}\n`;
};

const typesOf = ({ types }: Service): readonly (readonly [string, string])[] =>
  Object.entries(types).map(([type, { properties }]) => {
    const rules = Object.entries(properties).map(([name, rule]) => (rule === "update" ? name : `${name} (*${rule}*)`));
    return [type, `| ${type} | ${rules.join(", ")} |`] as const;
  });

/** The text of SUPPORT.md. */
export const describeSupport = async (): Promise<string> => {
  const ground = layGround({ frozenAt: 0 });
  const { services, lambda } = makeServices(ground, {});
  const actions = services.map(actionsOf).join("");
  const types = services.flatMap(typesOf).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const table = ["| type | properties |", "|---|---|", ...types.map(([, row]) => row)].join("\n");
  await lambda.close();
  ground.store.close();
  return `${HEAD}\n## Actions\n${actions}${LEGEND}\n${table}\n`;
};
