import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListImportsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  UpdateStackCommand,
  ValidateTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openWire } from "./open-wire.test.fixture.ts";

let bed: Awaited<ReturnType<typeof openWire>>;
let client: CloudFormationClient;
beforeAll(async () => {
  bed = await openWire();
  client = new CloudFormationClient(bed.client);
});
afterAll(() => bed.close());

const template = (size: number) =>
  JSON.stringify({
    Description: "A & B <test>",
    Parameters: {
      Stage: { Type: "String", Default: "local", Description: "stage" },
      Secret: { Type: "String", NoEcho: true, Default: "s" },
    },
    Resources: {
      A: { Type: "Test::Thing", Properties: { Size: size } },
      B: { Type: "Test::Thing", Properties: { Text: { Ref: "A" } } },
    },
    Outputs: { Arn: { Value: { "Fn::GetAtt": ["A", "Arn"] }, Description: "where", Export: { Name: "thing-arn" } } },
  });

const refusal = (needed: string) => ({
  name: "InsufficientCapabilitiesException",
  message: `Requires capabilities : [${needed}]`,
});

const exporter = (value: string, name = "shared") => ({
  StackName: "exporter-local",
  TemplateBody: JSON.stringify({
    Resources: { A: { Type: "Test::Thing" } },
    Outputs: { Out: { Value: value, Export: { Name: name } } },
  }),
});

describe("the AWS SDK", () => {
  test("creates, describes, updates, lists and deletes a stack", async () => {
    const created = await client.send(
      new CreateStackCommand({
        StackName: "wire-local",
        TemplateBody: template(1),
        Parameters: [{ ParameterKey: "Stage", ParameterValue: "x&y" }],
        Tags: [{ Key: "STAGE", Value: "local" }],
        Capabilities: ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        OnFailure: "DELETE",
      }),
    );
    expect(created.StackId).toMatch(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/wire-local\//);
    await bed.ground.work.idle();
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: "wire-local" }));
    expect(Stacks?.[0]).toMatchObject({
      StackId: created.StackId,
      StackStatus: "CREATE_COMPLETE",
      Description: "A & B <test>",
      Parameters: [
        { ParameterKey: "Stage", ParameterValue: "x&y" },
        { ParameterKey: "Secret", ParameterValue: "****" },
      ],
      Outputs: [{ OutputKey: "Arn", ExportName: "thing-arn", Description: "where" }],
      Tags: [{ Key: "STAGE", Value: "local" }],
      CreationTime: new Date("2026-01-01T00:00:00Z"),
    });
    const resources = await client.send(new ListStackResourcesCommand({ StackName: "wire-local" }));
    expect(resources.StackResourceSummaries).toMatchObject([
      { LogicalResourceId: "A", ResourceType: "Test::Thing", ResourceStatus: "CREATE_COMPLETE" },
      { LogicalResourceId: "B", PhysicalResourceId: expect.stringMatching(/^wire-local-B-/) },
    ]);
    const described = await client.send(
      new DescribeStackResourcesCommand({ StackName: "wire-local", LogicalResourceId: "B" }),
    );
    expect(described.StackResources).toHaveLength(1);
    const one = await client.send(
      new DescribeStackResourceCommand({ StackName: "wire-local", LogicalResourceId: "A" }),
    );
    expect(one.StackResourceDetail?.ResourceStatus).toBe("CREATE_COMPLETE");
    expect((await client.send(new ListExportsCommand({}))).Exports).toMatchObject([
      { Name: "thing-arn", ExportingStackId: created.StackId },
    ]);
    await expect(client.send(new ListImportsCommand({ ExportName: "thing-arn" }))).rejects.toThrow(
      "is not imported by any stack",
    );
    expect((await client.send(new GetTemplateCommand({ StackName: "wire-local" }))).TemplateBody).toBe(template(1));

    await client.send(
      new UpdateStackCommand({
        StackName: "wire-local",
        TemplateBody: template(2),
        Parameters: [{ ParameterKey: "Stage", UsePreviousValue: true }],
      }),
    );
    await bed.ground.work.idle();
    await expect(
      client.send(
        new UpdateStackCommand({
          StackName: "wire-local",
          TemplateBody: template(2),
          Parameters: [{ ParameterKey: "Stage", UsePreviousValue: true }],
        }),
      ),
    ).rejects.toMatchObject({ name: "ValidationError", message: "No updates are to be performed." });
    const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: "wire-local" }));
    expect(StackEvents?.[0]).toMatchObject({
      ResourceStatus: "UPDATE_COMPLETE",
      ResourceType: "AWS::CloudFormation::Stack",
      PhysicalResourceId: created.StackId,
    });
    expect(new Set(StackEvents?.map(({ EventId }) => EventId)).size).toBe(StackEvents?.length);

    await client.send(new DeleteStackCommand({ StackName: "wire-local" }));
    await bed.ground.work.idle();
    await expect(client.send(new DescribeStacksCommand({ StackName: "wire-local" }))).rejects.toMatchObject({
      name: "ValidationError",
      message: "Stack with id wire-local does not exist",
    });
    const gone = await client.send(new DescribeStackEventsCommand({ StackName: created.StackId }));
    expect(gone.StackEvents?.[0]?.ResourceStatus).toBe("DELETE_COMPLETE");
    expect(
      (await client.send(new ListStacksCommand({ StackStatusFilter: ["DELETE_COMPLETE"] }))).StackSummaries,
    ).toHaveLength(1);
  });

  test("one stack uses what another exports, which can neither change nor go meanwhile", async () => {
    const Text = { "Fn::Sub": ["got ${Value}", { Value: { "Fn::ImportValue": "shared" } }] };
    const TemplateBody = JSON.stringify({ Resources: { B: { Type: "Test::Thing", Properties: { Text } } } });
    const importer = { StackName: "importer-local", TemplateBody };
    await expect(client.send(new CreateStackCommand(importer))).rejects.toThrow("No export named shared found.");
    await client.send(new CreateStackCommand(exporter("1")));
    await bed.ground.work.idle();
    await client.send(new CreateStackCommand(importer));
    await bed.ground.work.idle();
    expect([...bed.things.made.values()]).toContainEqual({ Text: "got 1" });
    expect((await client.send(new ListImportsCommand({ ExportName: "shared" }))).Imports).toEqual(["importer-local"]);

    for (const [changed, verb] of [
      [exporter("2"), "updated"],
      [exporter("1", "other"), "deleted"],
    ] as const) {
      await client.send(new UpdateStackCommand(changed));
      await bed.ground.work.idle();
      const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: "exporter-local" }));
      expect(Stacks).toMatchObject([
        { StackStatus: "UPDATE_ROLLBACK_COMPLETE", Outputs: [{ OutputValue: "1", ExportName: "shared" }] },
      ]);
      const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: "exporter-local" }));
      const reasons = StackEvents?.map(({ ResourceStatusReason }) => ResourceStatusReason);
      expect(reasons).toContain(`Export shared cannot be ${verb} as it is in use by importer-local. `);
    }
    const remove = (StackName: string) => client.send(new DeleteStackCommand({ StackName }));
    await expect(remove("exporter-local")).rejects.toThrow(
      "Export shared cannot be deleted as it is in use by importer-local",
    );
    await remove("importer-local");
    await bed.ground.work.idle();
    await remove("exporter-local");
    await bed.ground.work.idle();
    expect((await client.send(new ListExportsCommand({}))).Exports).toEqual([]);
  });

  test("a creation that fails with OnFailure DELETE leaves nothing", async () => {
    bed.things.failing.add("create B");
    const { StackId } = await client.send(
      new CreateStackCommand({ StackName: "doomed-local", TemplateBody: template(1), OnFailure: "DELETE" }),
    );
    await bed.ground.work.idle();
    bed.things.failing.clear();
    const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: StackId }));
    const ofStack = StackEvents?.filter(({ ResourceType }) => ResourceType === "AWS::CloudFormation::Stack").map(
      ({ ResourceStatus }) => ResourceStatus,
    );
    expect(ofStack).toEqual([
      "DELETE_COMPLETE",
      "DELETE_IN_PROGRESS",
      "ROLLBACK_COMPLETE",
      "ROLLBACK_IN_PROGRESS",
      "CREATE_IN_PROGRESS",
    ]);
    expect(bed.things.made.size).toBe(0);
  });

  test("validates templates, also from S3", async () => {
    bed.templates.set("deploy/a/b.json", template(1));
    const valid = await client.send(
      new ValidateTemplateCommand({ TemplateURL: "https://s3.amazonaws.com/deploy/a/b.json" }),
    );
    expect(valid).toMatchObject({
      Description: "A & B <test>",
      Capabilities: [],
      Parameters: [{ ParameterKey: "Stage", DefaultValue: "local" }, { NoEcho: true }],
    });
    const wrong = JSON.stringify({ Resources: { A: { Type: "AWS::EC2::Instance" } } });
    await expect(client.send(new ValidateTemplateCommand({ TemplateBody: wrong }))).rejects.toThrow(
      "Unrecognized resource types: [AWS::EC2::Instance]",
    );
  });

  test("must acknowledge roles, and roles with a name of their own by name", async () => {
    const trust = {
      Statement: { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    };
    const withRole = (name: object) => {
      const R = { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trust, ...name } };
      return { StackName: "role-local", TemplateBody: JSON.stringify({ Resources: { R } }) };
    };
    await expect(client.send(new CreateStackCommand(withRole({})))).rejects.toMatchObject(refusal("CAPABILITY_IAM"));
    const named = { ...withRole({ RoleName: "reader" }), Capabilities: ["CAPABILITY_IAM" as const] };
    const inChangeSet = { ...named, ChangeSetName: "c", ChangeSetType: "CREATE" as const };
    for (const attempt of [
      client.send(new CreateStackCommand(named)),
      client.send(new CreateChangeSetCommand(inChangeSet)),
    ])
      await expect(attempt).rejects.toMatchObject(refusal("CAPABILITY_NAMED_IAM"));
    await client.send(new CreateStackCommand({ ...named, Capabilities: ["CAPABILITY_NAMED_IAM"] }));
    await bed.ground.work.idle();
    expect(bed.cloudFormation.resources("role-local")).toMatchObject([{ physicalId: "reader" }]);
    await bed.cloudFormation.remove("role-local");
  });

  test("is told about stages, parameters and actions that are not here", async () => {
    const base = { StackName: "x-prod", TemplateBody: template(1) };
    await expect(
      client.send(new CreateStackCommand({ ...base, Tags: [{ Key: "STAGE", Value: "prod" }] })),
    ).rejects.toThrow('stage "prod" belongs to AWS');
    await expect(client.send(new CreateStackCommand({ ...base, TimeoutInMinutes: 3 }))).rejects.toThrow(
      "The parameter TimeoutInMinutes of cloudformation:CreateStack is not supported",
    );
    const inProd = {
      ...base,
      ChangeSetName: "c",
      ChangeSetType: "CREATE",
      Tags: [{ Key: "STAGE", Value: "prod" }],
    } as const;
    await expect(client.send(new CreateChangeSetCommand({ ...inProd, Tags: [...inProd.Tags] }))).rejects.toThrow(
      'stage "prod" belongs to AWS',
    );
    await expect(client.send(new DescribeStacksCommand({ StackName: "x-prod" }))).rejects.toThrow("does not exist");
  });
});
