import { describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../store/store.ts";
import { DEFAULTS } from "./defaults.test.fixture.ts";
import { layTestGround } from "../ground.test.fixture.ts";
import { createThings } from "./things.test.fixture.ts";
import { createCloudFormation } from "./index.ts";
import type { StackEvent } from "./state.ts";

const resolveUrl = (text: string): string =>
  text.replace(/https:\/\/(\w+)\.execute-api\.[^/]+/, "http://127.0.0.1:4600");

const open = (ground = layTestGround(), things = createThings()) => {
  return {
    ground,
    ...things,
    cloudFormation: createCloudFormation(ground, { ...DEFAULTS, services: () => [things.service], resolveUrl }),
  };
};

const thing = (properties: object = {}, attributes: object = {}) => ({
  Type: "Test::Thing",
  Properties: properties,
  ...attributes,
});
const deployer =
  ({ cloudFormation }: ReturnType<typeof open>) =>
  (resources: object, more: object = {}, stackName = "app-local") =>
    cloudFormation.deploy({ stackName, template: JSON.stringify({ Resources: resources, ...more }) });

const outputs = (value: string) => ({ Outputs: { Out: { Value: value } } });
const exporting = (name: string, value: string) => ({ Outputs: { Out: { Value: value, Export: { Name: name } } } });

describe("a stack", () => {
  test("is created in the order of its references and deleted in reverse", async () => {
    const bed = open();
    const summary = await deployer(bed)(
      { C: thing({ Links: [{ "Fn::GetAtt": ["B", "Arn"] }] }), B: thing({ Links: [{ Ref: "A" }] }), A: thing() },
      { Outputs: { Where: { Value: { "Fn::Sub": "${C.Url}/links" } }, A: { Value: { Ref: "A" } } } },
    );
    expect(summary).toMatchObject({ status: "CREATE_COMPLETE", changed: true });
    expect(bed.calls).toEqual(["create A", "create B", "create C"]);
    expect(summary.outputs["Where"]).toBe("http://127.0.0.1:4600/links");
    expect(summary.outputs["A"]).toMatch(/^app-local-A-[A-Za-z0-9]{12}$/);
    await bed.cloudFormation.remove("app-local");
    expect(bed.calls.slice(3)).toEqual(["remove C", "remove B", "remove A"]);
    expect(bed.made.size).toBe(0);
    expect(bed.cloudFormation.stacks()).toEqual([]);
  });

  test("touches only what changed and says when there is nothing to do", async () => {
    const bed = open();
    const deploy = deployer(bed);
    await deploy({ A: thing({ Size: 1 }), B: thing({ Size: 1 }) });
    expect(await deploy({ B: thing({ Size: 1 }), A: thing({ Size: 1 }) })).toMatchObject({ changed: false });
    const events = () => bed.ground.store.table<StackEvent>("cfn_events").list();
    const before = events().length;
    expect(await deploy({ A: thing({ Size: 2 }), B: thing({ Size: 1 }) })).toMatchObject({ status: "UPDATE_COMPLETE" });
    expect(bed.calls.slice(2)).toEqual(["update A"]);
    const told = events().slice(before);
    expect(told.map(([, { logicalId, status }]) => `${logicalId} ${status}`)).toEqual([
      "app-local UPDATE_IN_PROGRESS",
      "A UPDATE_IN_PROGRESS",
      "A UPDATE_COMPLETE",
      "app-local UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
      "app-local UPDATE_COMPLETE",
    ]);
  });

  test("replaces: new resource, then its dependents, then the old one goes", async () => {
    const bed = open();
    const deploy = deployer(bed);
    const dependent = thing({ Text: { Ref: "A" } });
    await deploy({ A: thing({ Fixed: 1 }), B: dependent });
    const [old] = [...bed.made.keys()];
    await deploy({ A: thing({ Fixed: 2 }), B: dependent });
    expect(bed.calls.slice(2)).toEqual(["create A", "update B", "remove A"]);
    expect(bed.made.has(old ?? "")).toBe(false);
    const [a, b] = bed.cloudFormation.resources("app-local");
    expect(a?.physicalId).not.toBe(old);
    expect(bed.made.get(b?.physicalId ?? "")).toEqual({ Text: a?.physicalId });
  });

  test("refuses to replace a resource with a custom name, and goes back", async () => {
    const bed = open();
    const deploy = deployer(bed);
    await deploy({ A: thing({ Name: "mine", Fixed: 1 }) });
    await expect(deploy({ A: thing({ Name: "mine", Fixed: 2 }) })).rejects.toThrow(
      /cannot update a stack when a custom-named resource requires replacing/,
    );
    expect(bed.cloudFormation.stacks()[0]?.status).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(bed.made.get("mine")).toEqual({ Name: "mine", Fixed: 1 });
  });

  test("rolls a failed creation back to nothing; the next deploy starts anew", async () => {
    const bed = open();
    const deploy = deployer(bed);
    bed.failing.add("create B");
    const resources = { A: thing(), B: thing({ Text: { Ref: "A" } }) };
    await expect(deploy(resources)).rejects.toMatchObject({
      code: "DeployFailed",
      message: expect.stringContaining("B (Test::Thing): create B does not work today"),
      fields: { status: "ROLLBACK_COMPLETE" },
    });
    expect(bed.made.size).toBe(0);
    expect(bed.cloudFormation.resources("app-local")).toEqual([]);
    bed.failing.clear();
    expect(await deploy(resources)).toMatchObject({ status: "CREATE_COMPLETE" });
  });

  test("rolls a failed update back: created goes, updated and replaced come back, outputs stay", async () => {
    const bed = open();
    const deploy = deployer(bed);
    await deploy({ A: thing({ Size: 1 }), R: thing({ Fixed: 1, Text: { Ref: "A" } }), Gone: thing() }, outputs("old"));
    const before = new Map(bed.made);
    const records = bed.cloudFormation.resources("app-local").map(({ physicalId }) => physicalId);
    bed.failing.add("create Last");
    const last = thing({ Links: [{ Ref: "R" }, { Ref: "New" }] });
    const next = {
      A: thing({ Size: 2 }),
      R: thing({ Fixed: 2, Text: { Ref: "A" } }),
      New: thing({ Text: { Ref: "A" } }),
      Last: last,
    };
    await expect(deploy(next, outputs("new"))).rejects.toThrow(/create Last does not work today/);
    expect(bed.made).toEqual(before);
    expect(bed.calls.filter((call) => call.endsWith(" A"))).toEqual(["create A", "update A", "undo A"]);
    expect(bed.cloudFormation.resources("app-local").map(({ physicalId }) => physicalId)).toEqual(records);
    expect(bed.cloudFormation.stacks()[0]?.outputs).toEqual({ Out: "old" });
    expect(bed.cloudFormation.stacks()[0]?.status).toBe("UPDATE_ROLLBACK_COMPLETE");
    bed.failing.clear();
    expect(await deploy(next, outputs("new"))).toMatchObject({ status: "UPDATE_COMPLETE", outputs: { Out: "new" } });
    expect(bed.made.size).toBe(4);
  });

  test("keeps what has DeletionPolicy Retain, and says what could not be deleted", async () => {
    const bed = open();
    const deploy = deployer(bed);
    await deploy({
      Kept: thing({ Name: "kept" }, { DeletionPolicy: "Retain" }),
      Full: thing({ Name: "full" }),
      Other: thing(),
    });
    bed.failing.add("remove Full");
    await expect(bed.cloudFormation.remove("app-local")).rejects.toThrow(
      /Full \(Test::Thing\): remove Full does not work today/,
    );
    expect(bed.cloudFormation.stacks()[0]?.status).toBe("DELETE_FAILED");
    expect([...bed.made.keys()].toSorted()).toEqual(["full", "kept"]);
    bed.failing.clear();
    await bed.cloudFormation.remove("app-local");
    expect([...bed.made.keys()]).toEqual(["kept"]);
  });

  test("protects exports that another stack imports", async () => {
    const bed = open();
    const deploy = deployer(bed);
    await deploy({ A: thing() }, exporting("shared", "1"), "one-local");
    await deploy({ B: thing({ Text: { "Fn::ImportValue": "shared" } }) }, {}, "two-local");
    await expect(bed.cloudFormation.remove("one-local")).rejects.toThrow(
      "Export shared cannot be deleted as it is in use by two-local",
    );
    await expect(deploy({ A: thing() }, exporting("shared", "2"), "one-local")).rejects.toMatchObject({
      message: expect.stringContaining("Export shared cannot be updated as it is in use by two-local"),
    });
    await expect(deploy({ A: thing() }, exporting("shared", "3"), "three-local")).rejects.toMatchObject({
      message: expect.stringContaining("Export with name shared is already exported by stack one-local"),
    });
    await bed.cloudFormation.remove("two-local");
    await bed.cloudFormation.remove("one-local");
  });

  test("of another stage belongs to AWS", async () => {
    const bed = open();
    const template = JSON.stringify({ Resources: { A: thing() } });
    await expect(
      bed.cloudFormation.deploy({ stackName: "app-prod", template, tags: { STAGE: "prod" } }),
    ).rejects.toThrow('this is the local cloud, stage "prod" belongs to AWS; unset AWS_ENDPOINT_URL');
    expect(bed.calls).toEqual([]);
  });

  test("prints inert properties", async () => {
    const summary = await deployer(open())({ A: thing({ Note: "x", Size: 1 }) });
    expect(summary.inert).toEqual(["A.Note"]);
  });
});

const interrupted = async (first: object | undefined, second: object, hang: string) => {
  const folder = mkdtempSync(join(tmpdir(), "warmstart-cfn-"));
  const things = createThings();
  const store = openStore({ folder });
  const bed = open(layTestGround(store), things);
  if (first !== undefined) await deployer(bed)(first);
  const before = new Map(things.made);
  things.hanging.add(hang);
  void deployer(bed)(second);
  await new Promise((resolve) => setImmediate(resolve));
  store.close();
  things.hanging.clear();
  const again = open(layTestGround(openStore({ folder })), things);
  return { again, before, done: () => rmSync(folder, { recursive: true }) };
};

describe("after the death of the process in the middle", () => {
  test("a creation is rolled back by the next start", async () => {
    const { again, done } = await interrupted(undefined, { A: thing(), B: thing({ Text: { Ref: "A" } }) }, "create B");
    expect(again.cloudFormation.stacks()[0]?.status).toBe("CREATE_IN_PROGRESS");
    await again.cloudFormation.start();
    expect(again.cloudFormation.stacks()[0]?.status).toBe("ROLLBACK_COMPLETE");
    expect(again.made.size).toBe(0);
    done();
  });

  test("what was made just before it, with nobody told, goes too", async () => {
    const resources = { A: thing(), B: thing(), Named: thing({ Name: "mine" }, { DependsOn: "B" }) };
    for (const hang of ["made B", "made Named"]) {
      const { again, before, done } = await interrupted({ A: thing() }, resources, hang);
      expect(again.made.size).toBeGreaterThan(before.size);
      await again.cloudFormation.start();
      expect(again.made).toEqual(before);
      expect(await deployer(again)(resources)).toMatchObject({ status: "UPDATE_COMPLETE" });
      done();
    }
  });

  test("an update is rolled back by the next start", async () => {
    const first = { A: thing({ Size: 1 }), B: thing({ Text: { Ref: "A" }, Size: 1 }) };
    const second = {
      A: thing({ Size: 2 }),
      N: thing(),
      B: thing({ Text: { Ref: "A" }, Size: 2 }, { DependsOn: ["A", "N"] }),
    };
    const { again, before, done } = await interrupted(first, second, "update B");
    await again.cloudFormation.start();
    expect(again.cloudFormation.stacks()[0]?.status).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(again.made).toEqual(before);
    expect(await deployer(again)(second)).toMatchObject({ status: "UPDATE_COMPLETE" });
    done();
  });
});
