// The trap of a pool with a trigger: the pool refers to the function, so nothing that the function needs may refer to the pool.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { openCloud } from "@warmstart/testing";

const TEMPLATE = ".serverless/cloudformation-template-update-stack.json";
const service = join(import.meta.dirname, "..");
const POOL = "CognitoUserPoolUsers";

type Resources = Record<string, { readonly DependsOn?: unknown; readonly Properties?: { Environment?: unknown } }>;

const template = () => JSON.parse(readFileSync(join(service, TEMPLATE), "utf8")) as { Resources: Resources };

const namesIn = (value: unknown, known: ReadonlySet<string>): readonly string[] => {
  if (typeof value === "string") return [...known].filter((name) => value === name || value.includes(`\${${name}`));
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap((each) => namesIn(each, known))
    : [];
};

/** All that a resource needs, and what that needs. */
const needsOf = (resources: Resources, name: string): ReadonlySet<string> => {
  const known = new Set(Object.keys(resources));
  const found = new Set<string>();
  const look = (at: string): void => {
    for (const next of namesIn(resources[at], known)) {
      if (found.has(next)) continue;
      found.add(next);
      look(next);
    }
  };
  look(name);
  return found;
};

test("confirm-user needs nothing of the pool; the pool needs confirm-user", () => {
  const { Resources } = template();
  expect(needsOf(Resources, POOL)).toContain("ConfirmUserLambdaFunction");
  expect(needsOf(Resources, "ConfirmUserLambdaFunction")).not.toContain(POOL);
});

test("the settings in resources.yml and the trigger of osls's event are one pool", () => {
  const pool = template().Resources[POOL]?.Properties;
  expect(pool).toMatchObject({
    UserPoolName: "users-local",
    UsernameAttributes: ["email"],
    UsernameConfiguration: { CaseSensitive: false },
    Policies: { PasswordPolicy: { MinimumLength: 12 } },
    LambdaConfig: { PostConfirmation: { "Fn::GetAtt": ["ConfirmUserLambdaFunction", "Arn"] } },
  });
});

test("a variable with the pool's id in confirm-user would be a circle, which the deploy refuses", async () => {
  const folder = mkdtempSync(join(tmpdir(), "warmstart-circle-"));
  const cloud = await openCloud();
  try {
    cpSync(join(service, ".serverless"), join(folder, ".serverless"), { recursive: true });
    const changed = template();
    const properties = changed.Resources["ConfirmUserLambdaFunction"]?.Properties ?? {};
    properties.Environment = { Variables: { USER_POOL_ID: { Ref: POOL } } };
    writeFileSync(join(folder, TEMPLATE), JSON.stringify(changed));
    await expect(cloud.ask("POST", "/deploy", { folder })).rejects.toThrow(/[Cc]ircular dependency/);
  } finally {
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
