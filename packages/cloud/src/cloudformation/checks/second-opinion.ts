// AWS's own template rules (cfn-lint's, by @aws/cloudformation-validate), asked after our own checks.
//
// When: for templates that come over the wire into a cloud with a state folder, once per structure. Its engine takes
// 1.8 s and its verdict on a service of 60 resources 0.3 s more, against 5 ms of our checks, which know 30 of 30 seeded
// defects where it knows 13. So `npm start` and tests, which deploy by port and in memory, never wait for it, and a
// deploy of new code alone does not either: the verdict on its template is known.
import { fork, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Ground } from "../../ports.ts";
import { invalid } from "../template.ts";

interface Finding {
  readonly rule: string;
  readonly resource: string;
  readonly property: string;
  readonly message: string;
}

export interface SecondOpinion {
  /** Throws one ValidationError with every ERROR; warnings never. Does nothing when the rules cannot be asked. */
  readonly ask: (template: string) => Promise<void>;
  readonly close: () => void;
}

const PROGRAM = fileURLToPath(new URL("../../../runtime/validator.cjs", import.meta.url));
/** Real time: it is a matter of this machine. */
const LIMIT_MS = 20_000;
const MAX_VERDICTS = 200;

/** What changes with every deploy without changing the structure: folder of the upload, version names, code hashes. */
const DEPLOYED = [/\d{13}-\d{4}-\d\d-\d\dT[\d:.]+Z/g, /LambdaVersion[A-Za-z0-9]{30,}/g, /"CodeSha256":\s*"[^"]*"/g];

const structureOf = (template: string): string =>
  createHash("sha256")
    .update(DEPLOYED.reduce((text, pattern) => text.replace(pattern, ""), template))
    .digest("hex");

const sentence = ({ rule, resource, property, message }: Finding): string =>
  `Resource ${resource}, property ${property.replace(/^Properties\./, "")}: ${message} (${rule} of AWS's template rules)`;

const answerOf = (child: ChildProcess, template: string): Promise<readonly Finding[]> =>
  new Promise((resolve, reject) => {
    const id = Math.random();
    const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
    const onMessage = (answer: { id: number; findings: readonly Finding[] }): void => {
      if (answer.id === id) settle(() => resolve(answer.findings));
    };
    const onExit = (): void => settle(() => reject(new Error("the process of the template rules ended")));
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onExit);
      end();
    };
    child.on("message", onMessage).on("exit", onExit);
    child.send({ id, template });
  });

/** The process, started when first asked. It does not keep this one alive. */
const createProcess = () => {
  let child: ChildProcess | undefined;
  const start = (): ChildProcess => {
    const started = fork(PROGRAM, { stdio: ["ignore", "ignore", "ignore", "ipc"], execArgv: [] });
    started.on("exit", () => {
      if (child === started) child = undefined;
    });
    started.unref();
    started.channel?.unref();
    return started;
  };
  return { get: () => (child ??= start()), close: () => child?.kill("SIGKILL") };
};

export const createSecondOpinion = ({ store, report }: Ground): SecondOpinion => {
  const verdicts = store.table<readonly string[]>("cfn_verdicts");
  const rules = createProcess();
  const judge = async (template: string): Promise<readonly string[]> => {
    const hash = structureOf(template);
    const known = verdicts.get(hash);
    if (known !== undefined) return known;
    const verdict = (await answerOf(rules.get(), template)).map(sentence);
    const old = verdicts.list();
    if (old.length >= MAX_VERDICTS) for (const [key] of old) verdicts.remove(key);
    verdicts.put(hash, verdict);
    return verdict;
  };
  return {
    ask: async (template) => {
      const verdict = await judge(template).catch((error: unknown) => {
        report("AWS's template rules could not be asked; our own checks stand alone", error);
        return [];
      });
      if (verdict.length > 0) throw invalid(verdict.join("\n"));
    },
    close: rules.close,
  };
};
