// An action with its parameters: a schema says which it honours and how they must look; all others are refused by name.
import * as v from "valibot";
import { AwsError, unsupported } from "./aws-error.ts";
import type { Action, Call } from "./service.ts";

type Entries = v.ObjectEntries;

const pathOf = (issue: v.BaseIssue<unknown>): string => v.getDotPath(issue) ?? "the request";

/**
 * Makes the actions of one service: `of({ Name: v.string() }, ({ Name }, call) => …)`. A wrong parameter is answered
 * with the service's own code for it, an unknown one with NotImplemented; both name the parameter.
 */
export const honouring =
  (invalidCode: string, status = 400) =>
  <const E extends Entries>(
    entries: E,
    act: (input: v.InferOutput<v.ObjectSchema<E, undefined>>, call: Call) => unknown,
  ): Action => {
    const schema = v.object(entries);
    const run = (call: Call): unknown => {
      const unknown = Object.keys(call.input).find(
        (name) => !Object.hasOwn(entries, name) && call.input[name] !== null,
      );
      if (unknown !== undefined) throw unsupported(`The parameter ${unknown} of ${call.service}:${call.action}`);
      const parsed = v.safeParse(schema, call.input);
      if (!parsed.success) {
        const [issue] = parsed.issues;
        throw new AwsError(invalidCode, status, `${pathOf(issue)}: ${issue.message}`);
      }
      return act(parsed.output, call);
    };
    return Object.assign(run, { parameters: Object.keys(entries) });
  };
