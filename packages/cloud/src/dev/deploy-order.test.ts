import { expect, test } from "@jest/globals";
import { sorted, stackOf } from "./deploy-order.ts";

const stack = (exports: readonly string[], imports: readonly string[]) => ({ exports, imports });

test("a service comes after all that it imports from, whatever their names", () => {
  const stacks = new Map([
    ["orders", stack([], ["products-url", "users-issuer"])],
    ["products", stack(["products-url"], ["users-issuer"])],
    ["resizer", stack([], [])],
    ["users", stack(["users-issuer"], [])],
  ]);
  expect(sorted([...stacks.keys()], stacks)).toEqual(["users", "products", "orders", "resizer"]);
});

test("what a service needs comes along, once", () => {
  const stacks = new Map([
    ["a", stack([], ["c", "d"])],
    ["b", stack(["c", "d"], ["elsewhere"])],
    ["e", stack([], [])],
  ]);
  expect(sorted(["a"], stacks)).toEqual(["b", "a"]);
});

test("a circle is named", () => {
  const stacks = new Map([
    ["a", stack(["a"], ["b"])],
    ["b", stack(["b"], ["a"])],
  ]);
  expect(() => sorted(["a", "b"], stacks)).toThrow("a → b → a");
});

test("exports and imports are read from the compiled template, wherever they stand", () => {
  const template = {
    Resources: {
      Authorizer: {
        Properties: { JwtConfiguration: { Audience: [{ "Fn::ImportValue": "users-local-ClientId" }] } },
      },
      Role: {
        Policies: [{ Resource: { "Fn::Sub": ["arn:${Id}", { Id: { "Fn::ImportValue": "products-local-ApiId" } }] } }],
      },
    },
    Outputs: { Url: { Value: "u", Export: { Name: "orders-local-ApiUrl" } }, Table: { Value: "t" } },
  };
  expect(stackOf(JSON.stringify(template))).toEqual({
    exports: ["orders-local-ApiUrl"],
    imports: ["users-local-ClientId", "products-local-ApiId"],
  });
});
