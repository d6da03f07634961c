import { describe, expect, test } from "@jest/globals";
import { prepare, type Prepared } from "./prepare.ts";

const surroundings = {
  stackId: "arn:aws:cloudformation:us-east-1:000000000000:stack/app/1",
  stackName: "app",
  region: "us-east-1",
  importValue: (name: string) => `imported ${name}`,
  finish: (text: string) => text,
};
const values = {
  ref: (name: string) => `<${name}>`,
  getAtt: (name: string, attribute: string) => `<${name}.${attribute}>`,
};

const prepared = (template: object, parameters: Record<string, string> = {}): Prepared =>
  prepare(JSON.stringify(template), parameters, surroundings);
const resource = (properties: object = {}, more: object = {}) => ({ Type: "T", Properties: properties, ...more });
const valueOf = (value: unknown, template: object = {}, parameters: Record<string, string> = {}): unknown => {
  const ready = prepared({ Resources: { A: resource(), R: resource({ Value: value }) }, ...template }, parameters);
  const properties = ready.resolve(ready.resources.get("R")?.properties, values) as { Value?: unknown };
  return properties.Value;
};

describe("intrinsic functions", () => {
  test.each([
    [{ Ref: "A" }, "<A>"],
    [{ Ref: "AWS::StackName" }, "app"],
    [{ Ref: "AWS::AccountId" }, "000000000000"],
    [{ "Fn::GetAtt": ["A", "Arn"] }, "<A.Arn>"],
    [{ "Fn::GetAtt": "A.Outputs.X" }, "<A.Outputs.X>"],
    [{ "Fn::Join": [":", ["a", { Ref: "A" }, { "Fn::Join": ["/", ["b", "c"]] }]] }, "a:<A>:b/c"],
    [{ "Fn::Sub": "x-${AWS::Region}-${A}-${A.Arn}-${!Literal}" }, "x-us-east-1-<A>-<A.Arn>-${Literal}"],
    [{ "Fn::Sub": ["${Name}!", { Name: { Ref: "A" } }] }, "<A>!"],
    [{ "Fn::Select": ["1", { "Fn::Split": [",", "a,b,c"] }] }, "b"],
    [{ "Fn::Select": [0, { "Fn::GetAZs": "" }] }, "us-east-1a"],
    [{ "Fn::Base64": "hello" }, "aGVsbG8="],
    [{ "Fn::ImportValue": { "Fn::Sub": "${AWS::StackName}-x" } }, "imported app-x"],
    [
      [1, { Ref: "AWS::NoValue" }, 2],
      [1, 2],
    ],
    [{ Keep: 1, Drop: { Ref: "AWS::NoValue" } }, { Keep: 1 }],
    ["https://x", "https://x"],
  ])("%j", (value, expected) => {
    expect(valueOf(value)).toEqual(expected);
  });

  test("Fn::FindInMap, Fn::If and conditions", () => {
    const template = {
      Parameters: { Stage: { Type: "String", Default: "local", AllowedValues: ["local", "prod"] } },
      Mappings: { Sizes: { local: { size: 1 }, prod: { size: 9 } } },
      Conditions: {
        IsProd: { "Fn::Equals": [{ Ref: "Stage" }, "prod"] },
        IsLocal: { "Fn::Not": [{ Condition: "IsProd" }] },
        Never: { "Fn::And": [{ Condition: "IsProd" }, { Condition: "IsLocal" }] },
        Ever: { "Fn::Or": [{ Condition: "IsProd" }, { Condition: "IsLocal" }] },
      },
    };
    expect(valueOf({ "Fn::FindInMap": ["Sizes", { Ref: "Stage" }, "size"] }, template)).toBe(1);
    expect(valueOf({ "Fn::If": ["IsProd", "p", { "Fn::If": ["Ever", "e", "n"] }] }, template)).toBe("e");
    expect(valueOf({ "Fn::If": ["Never", "x", { Ref: "AWS::NoValue" }] }, template)).toBeUndefined();
    expect(valueOf({ "Fn::If": ["IsProd", "p", "l"] }, template, { Stage: "prod" })).toBe("p");
    expect(() => valueOf("x", template, { Stage: "beta" })).toThrow(/must be one of AllowedValues/);
    expect(() => valueOf({ "Fn::FindInMap": ["Sizes", "x", "size"] }, template)).toThrow(
      "Unable to get mapping for Sizes::x::size",
    );
  });

  test("a resource whose condition is false is left out, with its DependsOn", () => {
    const ready = prepared({
      Conditions: { No: { "Fn::Equals": ["a", "b"] } },
      Resources: { A: resource({}, { Condition: "No" }), B: resource({}, { DependsOn: "A" }) },
      Outputs: { X: { Value: { Ref: "A" }, Condition: "No" } },
    });
    expect([...ready.resources.keys()]).toEqual(["B"]);
    expect(ready.outputs.size).toBe(0);
  });

  test.each(["Fn::Cidr", "Fn::Transform", "Fn::ForEach::X", "Fn::Length"])("%s is refused", (name) => {
    expect(() => valueOf({ [name]: ["a"] })).toThrow(`Template error: ${name} is not supported here`);
  });
});

describe("what leads nowhere is refused in AWS's words", () => {
  test.each([
    [
      { Resources: { A: resource({ X: { Ref: "Nope" } }) } },
      "Unresolved resource dependencies [Nope] in the Resources block of the template",
    ],
    [{ Resources: { A: resource({ X: { "Fn::Sub": "${Nope.Arn}" } }) } }, "Unresolved resource dependencies [Nope]"],
    [
      { Resources: { A: resource() }, Outputs: { O: { Value: { Ref: "Nope" } } } },
      "Unresolved resource dependencies [Nope] in the Outputs block",
    ],
    [
      { Resources: { A: resource({ X: { Ref: "B" } }), B: resource({}, { DependsOn: ["A"] }), C: resource() } },
      "Circular dependency between resources: [A, B]",
    ],
    [
      { Resources: { A: resource() }, Transform: "AWS::Serverless-2016-10-31" },
      "the section Transform is not supported here",
    ],
    [{ Resources: { A: resource() }, Resorces: {} }, "Invalid template property or properties [Resorces]"],
    [{ Resources: {} }, "At least one Resources member must be defined."],
    [{ Resources: { A: resource({}, { UpdatePolicy: {} }) } }, "Resource A has the attribute UpdatePolicy"],
    [{ Resources: { A: resource() }, Parameters: { P: { Type: "String" } } }, "Parameters: [P] must have values"],
  ])("%#", (template, message) => {
    expect(() => prepared(template)).toThrow(message);
  });

  test("parameters that the template does not have", () => {
    expect(() => prepared({ Resources: { A: resource() } }, { X: "1" })).toThrow(
      "Parameters: [X] do not exist in the template",
    );
  });
});
