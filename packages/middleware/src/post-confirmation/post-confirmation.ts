// The wrapper of a Cognito trigger: somebody has confirmed their sign-up.
import type { PostConfirmationTriggerEvent } from "aws-lambda";
import { createMetrics } from "../metrics/metrics.ts";
import { extendCall, type Call } from "../trigger/call.ts";
import { trigger, type Handler } from "../trigger/trigger.ts";

export interface PostConfirmationInput extends Call {
  /** The user's id, for ever. */
  readonly sub: string;
  /** As the pool names them: `email`, `name`, … */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * For the trigger PostConfirmation of a Cognito user pool: called for confirmed sign-ups, not for reset passwords, which
 * fire the same trigger. Cognito gets its event back unchanged, waits 5 s, and tries up to three times; what is thrown
 * reaches the client as UserLambdaValidationException, and the user is confirmed all the same.
 */
export const postConfirmation = (
  fn: (input: PostConfirmationInput) => Promise<void> | void,
): Handler<PostConfirmationTriggerEvent, PostConfirmationTriggerEvent> =>
  trigger<PostConfirmationTriggerEvent, PostConfirmationTriggerEvent, void>({
    collect: createMetrics,
    run: async ({ triggerSource, userName, request: { userAttributes } }, call) => {
      if (triggerSource !== "PostConfirmation_ConfirmSignUp") return;
      await fn(extendCall(call, { sub: userAttributes["sub"] ?? userName, attributes: userAttributes }));
    },
    seal: (_reply, event, open) => {
      open.close();
      return event;
    },
  });
