import {
  CancelUpdateStackCommand,
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  ListChangeSetsCommand,
  SetStackPolicyCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openWire } from "./open-wire.test.fixture.ts";

let bed: Awaited<ReturnType<typeof openWire>>;
let client: CloudFormationClient;
beforeEach(async () => {
  bed = await openWire();
  client = new CloudFormationClient(bed.client);
});
afterEach(() => bed.close());

const StackName = "things-local";
const thing = (Properties: object = {}) => ({ Type: "Test::Thing", Properties });
const templateOf = (Resources: object, rest: object = {}) => JSON.stringify({ Resources, ...rest });

const create = async (Resources: object, rest: object = {}): Promise<void> => {
  await client.send(new CreateStackCommand({ StackName, TemplateBody: templateOf(Resources, rest) }));
  await bed.ground.work.idle();
};

const plan = async (Resources: object, ChangeSetType: "CREATE" | "UPDATE" = "UPDATE", rest: object = {}) => {
  const names = { StackName, ChangeSetName: "plan" };
  const TemplateBody = templateOf(Resources);
  await client.send(new CreateChangeSetCommand({ ...names, ChangeSetType, TemplateBody, ...rest }));
  return client.send(new DescribeChangeSetCommand(names));
};

const execute = async () => {
  await client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: "plan" }));
  await bed.ground.work.idle();
  return status();
};

const status = async (): Promise<string | undefined> =>
  (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus;

const reasons = async (): Promise<string> => {
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName }));
  return (StackEvents ?? []).map(({ ResourceStatusReason }) => ResourceStatusReason ?? "").join("\n");
};

describe("a change set", () => {
  test("of a new stack leaves it in review until it is executed, and is gone then", async () => {
    const planned = await plan({ A: thing() }, "CREATE");
    expect(planned).toMatchObject({
      Status: "CREATE_COMPLETE",
      ExecutionStatus: "AVAILABLE",
      ChangeSetId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:000000000000:changeSet\/plan\//),
      Changes: [{ ResourceChange: { Action: "Add", LogicalResourceId: "A", ResourceType: "Test::Thing" } }],
    });
    expect(await status()).toBe("REVIEW_IN_PROGRESS");
    expect(bed.things.made.size).toBe(0);
    expect(await execute()).toBe("CREATE_COMPLETE");
    expect((await client.send(new ListChangeSetsCommand({ StackName }))).Summaries).toEqual([]);
    await expect(client.send(new DescribeChangeSetCommand({ StackName, ChangeSetName: "plan" }))).rejects.toMatchObject(
      {
        name: "ChangeSetNotFoundException",
        message: "ChangeSet [plan] does not exist",
      },
    );
  });

  test("of a stack in review may be deleted, and the stack as well", async () => {
    await plan({ A: thing() }, "CREATE");
    await client.send(new DeleteChangeSetCommand({ StackName, ChangeSetName: "plan" }));
    await client.send(new DeleteChangeSetCommand({ StackName, ChangeSetName: "plan" }));
    await client.send(new DeleteStackCommand({ StackName }));
    await bed.ground.work.idle();
    await expect(status()).rejects.toThrow("Stack with id things-local does not exist");
    await expect(client.send(new DeleteChangeSetCommand({ StackName, ChangeSetName: "plan" }))).rejects.toThrow(
      "Stack [things-local] does not exist",
    );
  });

  test("tells what is added, modified, removed and replaced", async () => {
    await create(
      {
        Same: thing(),
        Sized: thing({ Size: 1 }),
        Fixed: thing({ Fixed: { Ref: "Kind" } }),
        Follower: thing({ Fixed: { Ref: "Fixed" } }),
        Reader: thing({ Text: { "Fn::GetAtt": ["Fixed", "Arn"] } }),
        Gone: thing(),
      },
      { Parameters: { Kind: { Type: "String", Default: "a" } } },
    );
    const next = {
      Same: thing(),
      Sized: { ...thing({ Size: 2 }), DeletionPolicy: "Retain" },
      Fixed: thing({ Fixed: "b" }),
      Follower: thing({ Fixed: { Ref: "Fixed" } }),
      Reader: thing({ Text: { "Fn::GetAtt": ["Fixed", "Arn"] } }),
      New: thing(),
    };
    const { Changes } = await plan(next);
    const shown = (Changes ?? []).map(({ ResourceChange }) => ResourceChange);
    expect(shown).toMatchObject([
      { LogicalResourceId: "Sized", Action: "Modify", Replacement: "False", Scope: ["Properties", "DeletionPolicy"] },
      { LogicalResourceId: "Fixed", Replacement: "True" },
      { LogicalResourceId: "Follower", Replacement: "Conditional" },
      { LogicalResourceId: "Reader", Replacement: "False" },
      { LogicalResourceId: "New", Action: "Add" },
      { LogicalResourceId: "Gone", Action: "Remove", PhysicalResourceId: expect.stringMatching(/^things-local-Gone-/) },
    ]);
    expect(await execute()).toBe("UPDATE_COMPLETE");
    expect(bed.things.calls.slice(-7).toSorted()).toEqual(
      [
        "create Fixed",
        "create Follower",
        "create New",
        "remove Fixed",
        "remove Follower",
        "remove Gone",
        "update Reader",
      ].toSorted(),
    );
  });

  test("without changes fails in AWS's words and cannot be executed", async () => {
    await create({ A: thing() });
    expect(await plan({ A: thing() })).toMatchObject({
      Status: "FAILED",
      ExecutionStatus: "UNAVAILABLE",
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
    await expect(execute()).rejects.toMatchObject({ name: "InvalidChangeSetStatusException" });
    await expect(plan({ A: thing() })).rejects.toMatchObject({ name: "AlreadyExistsException" });
  });

  test("is refused for a stack that is not there, exists already, or changes the type of a resource", async () => {
    await expect(plan({ A: thing() })).rejects.toThrow("Stack [things-local] does not exist");
    await create({ A: thing() });
    await expect(plan({ A: thing() }, "CREATE")).rejects.toThrow(
      "Stack [things-local] already exists and cannot be created again with the changeSet [plan].",
    );
    const trust = {
      Statement: { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    };
    const role = { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trust } };
    await expect(plan({ A: role }, "UPDATE", { Capabilities: ["CAPABILITY_IAM"] })).rejects.toThrow(
      "Update of resource type is not permitted. The new template modifies resource type of the following resources: [A]",
    );
  });
});

const deny = (Action: string) => ({ Effect: "Deny", Principal: "*", Action, Resource: "LogicalResourceId/A" });

const setPolicy = (...Statement: object[]) =>
  client.send(new SetStackPolicyCommand({ StackName, StackPolicyBody: JSON.stringify({ Statement }) }));

describe("protections of a stack", () => {
  test("a stack policy keeps resources from being modified, replaced and removed", async () => {
    await create({ A: thing({ Size: 1 }), B: thing() });
    const all = { Effect: "Allow", Principal: "*", Action: "Update:*", Resource: "*" };
    await setPolicy(all, deny("Update:Modify"));
    await plan({ A: thing({ Size: 2 }), B: thing({ Size: 2 }) });
    expect(await execute()).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(await reasons()).toContain(
      "Action denied by stack policy: Statement [#2] does not allow [Update:Modify] for resource [LogicalResourceId/A]",
    );
    await setPolicy(all, deny("Update:Delete"));
    await plan({ B: thing() });
    expect(await execute()).toBe("UPDATE_ROLLBACK_COMPLETE");
    await plan({ A: thing({ Size: 3 }), B: thing() });
    expect(await execute()).toBe("UPDATE_COMPLETE");
    for (const bad of [{ Effect: "Allow" }, { ...all, Principal: { AWS: "*" } }, { ...all, Condition: null }])
      await expect(setPolicy(bad)).rejects.toThrow("Error validating stack policy");
  });

  test("termination protection keeps it from being deleted", async () => {
    await create({ A: thing() });
    const protect = (EnableTerminationProtection: boolean) =>
      client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection }));
    await protect(true);
    await expect(client.send(new DeleteStackCommand({ StackName }))).rejects.toThrow(
      "Stack [things-local] cannot be deleted while TerminationProtection is enabled",
    );
    await protect(false);
    await client.send(new DeleteStackCommand({ StackName }));
  });
});

describe("an update that does not go well", () => {
  test("may be cancelled: everything is as before", async () => {
    await create({ A: thing({ Size: 1 }), B: thing({ Size: 1 }) });
    const gate = bed.things.pause("update A");
    const next = { A: thing({ Size: 2 }), B: { ...thing({ Size: 2 }), DependsOn: "A" } };
    await client.send(new UpdateStackCommand({ StackName, TemplateBody: templateOf(next) }));
    await client.send(new CancelUpdateStackCommand({ StackName }));
    gate.open();
    await bed.ground.work.idle();
    expect(await status()).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(bed.things.calls).not.toContain("update B");
    expect([...bed.things.made.values()]).toEqual([{ Size: 1 }, { Size: 1 }]);
    await expect(client.send(new CancelUpdateStackCommand({ StackName }))).rejects.toThrow(
      "CancelUpdateStack cannot be called from current stack status",
    );
  });

  test("and whose rollback fails as well can only be deleted", async () => {
    await create({ A: thing({ Size: 1 }) });
    for (const call of ["update A", "undo A"]) bed.things.failing.add(call);
    const next = { StackName, TemplateBody: templateOf({ A: thing({ Size: 2 }) }) };
    await client.send(new UpdateStackCommand(next));
    await bed.ground.work.idle();
    expect(await status()).toBe("UPDATE_ROLLBACK_FAILED");
    await expect(client.send(new UpdateStackCommand(next))).rejects.toThrow(
      "is in UPDATE_ROLLBACK_FAILED state and can not be updated.",
    );
    await client.send(new DeleteStackCommand({ StackName }));
    await bed.ground.work.idle();
    expect(bed.things.made.size).toBe(0);
  });
});

describe("a dynamic reference", () => {
  test("is looked up when the resource is made, and stored only as a reference", async () => {
    bed.references.set("/a", "from ssm");
    bed.references.set("db", JSON.stringify({ password: "hunter2" }));
    await create({
      A: thing({ Text: "x {{resolve:ssm:/a}} y" }),
      B: thing({ Text: "{{resolve:secretsmanager:db:SecretString:password}}" }),
    });
    expect([...bed.things.made.values()]).toEqual([{ Text: "x from ssm y" }, { Text: "hunter2" }]);
    const [, b] = bed.cloudFormation.resources(StackName);
    expect(JSON.stringify(b)).not.toContain("hunter2");
    bed.references.set("/a", "changed");
    expect((await plan({ A: thing({ Text: "x {{resolve:ssm:/a}} y" }) })).Changes).toMatchObject([
      { ResourceChange: { Action: "Remove", LogicalResourceId: "B" } },
    ]);
  });

  test.each([
    ["{{resolve:ssm:/nowhere}}", "/nowhere"],
    ["{{resolve:secretsmanager:db:SecretString:name}}", "names the key name, which the secret does not have"],
    ["{{resolve:secretsmanager:db:SecretString:password:AWSPREVIOUS}}", "may only name the current version here"],
    ["{{resolve:ssm-secure:/a:1}}", "is not supported here"],
  ])("%s is refused before anything is made", async (Text, message) => {
    bed.references.set("db", JSON.stringify({ password: "hunter2" }));
    await expect(create({ A: thing({ Text }) })).rejects.toThrow(message);
    await expect(status()).rejects.toThrow("does not exist");
  });
});
