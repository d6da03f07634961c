import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { layTestGround } from "../../ground.test.fixture.ts";
import { broken, DEFECTS, VALID } from "./defects.test.fixture.ts";
import { createSecondOpinion, type SecondOpinion } from "./second-opinion.ts";

/** It takes seconds to start AWS's engine. */
const inFullRuns = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip;

let ground: ReturnType<typeof layTestGround>;
let opinion: SecondOpinion;
beforeEach(() => {
  ground = layTestGround();
  opinion = createSecondOpinion(ground);
});
afterEach(() => {
  opinion.close();
  ground.store.close();
});

const deployed = (folder: string): string =>
  JSON.stringify(VALID).replace("work.zip", `serverless/a/local/${folder}/work.zip`);

inFullRuns("AWS's rules", () => {
  test("pass a valid template, block a broken one, and are asked once per structure", async () => {
    await opinion.ask(deployed("1795259614374-2026-11-21T11:13:34.374Z"));
    const defect = DEFECTS.find(({ name }) => name === "bucket name in capitals") ?? { name: "", at: "", says: [] };
    await expect(opinion.ask(broken(defect))).rejects.toThrow(/Resource Inbox, property BucketName: .*F3031/);
    await opinion.ask(deployed("1795259699999-2026-11-21T11:14:59.999Z"));
    expect(ground.store.table("cfn_verdicts").list()).toHaveLength(2);
  }, 60_000);
});
