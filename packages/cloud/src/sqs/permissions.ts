// AddPermission and RemovePermission: statements of the queue policy by label.
import { ACCOUNT, type Action } from "../gateway/service.ts";
import type { Statement } from "../iam/policy.ts";
import type { Ground } from "../ports.ts";
import { invalidParameter, invalidValue } from "./errors.ts";
import { honours, queueOf, required } from "./parameters.ts";
import { setAttributes } from "./queue-actions.ts";
import type { OpenQueue, Queues } from "./queues.ts";

const MOST_ACTIONS = 7;

const statementsOf = ({ policy }: OpenQueue): readonly Statement[] => {
  const statements = policy?.Statement ?? [];
  return Array.isArray(statements) ? statements : [statements as Statement]; // one may stand alone
};

const textsOf = (value: unknown, name: string): readonly string[] => {
  if (Array.isArray(value) && value.length > 0) return value.map(String);
  throw invalidParameter(`The request must contain the parameter ${name}.`);
};

export const permissionActions = (queues: Queues, clock: Ground["clock"]): Readonly<Record<string, Action>> => {
  const put = (queue: OpenQueue, Statement: readonly Statement[]): void => {
    const Policy = Statement.length === 0 ? "" : JSON.stringify({ Version: "2012-10-17", Statement });
    setAttributes(queues, clock.now(), queue, { Policy });
  };
  return {
    AddPermission: honours(["QueueUrl", "Label", "AWSAccountIds", "Actions"], ({ input }) => {
      const queue = queueOf(queues, input);
      const label = required(input, "Label");
      const actions = textsOf(input["Actions"], "Actions");
      if (actions.length > MOST_ACTIONS) throw invalidParameter(`${actions.length} actions: 1 to ${MOST_ACTIONS} are allowed.`); // prettier-ignore
      const statements = statementsOf(queue);
      if (statements.some(({ Sid }) => Sid === label)) throw invalidValue("Label", label, "Already exists.");
      const AWS = textsOf(input["AWSAccountIds"], "AWSAccountIds").map((id) => `arn:aws:iam::${id || ACCOUNT}:root`);
      const Action = actions.map((name) => `sqs:${name}`);
      put(queue, [...statements, { Sid: label, Effect: "Allow", Principal: { AWS }, Action, Resource: queue.arn }]);
    }),
    RemovePermission: honours(["QueueUrl", "Label"], ({ input }) => {
      const queue = queueOf(queues, input);
      const label = required(input, "Label");
      const statements = statementsOf(queue);
      const kept = statements.filter(({ Sid }) => Sid !== label);
      if (kept.length === statements.length) throw invalidValue("Label", label, "can't find label on existing policy.");
      put(queue, kept);
    }),
  };
};
