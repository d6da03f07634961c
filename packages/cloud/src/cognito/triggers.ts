// The function that a pool calls after a confirmation.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground, Lambda } from "../ports.ts";
import { LIMITS } from "./limits.ts";
import type { Pool, User } from "./model.ts";

export const poolArn = ({ id, region }: Pick<Pool, "id" | "region">): string =>
  `arn:aws:cognito-idp:${region}:${ACCOUNT}:userpool/${id}`;

export interface Occasion {
  readonly pool: Pool;
  readonly user: User;
  readonly clientId?: string;
  readonly traceId?: string | undefined;
}

type Source = "PostConfirmation_ConfirmSignUp" | "PostConfirmation_ConfirmForgotPassword";

const LATE = Symbol("late");
const NAME = "PostConfirmation";

const failure = (code: string, message: string): AwsError => new AwsError(code, 400, message);

/** Runs the pool's function for this, when it has one. Throws AWS's errors. */
export const createTriggers =
  (lambda: Pick<Lambda, "invoke" | "permits">, { work }: Pick<Ground, "work">) =>
  async (triggerSource: Source, { pool, user, clientId, traceId }: Occasion): Promise<void> => {
    const functionName = pool.settings.LambdaConfig?.PostConfirmation;
    if (functionName === undefined) return;
    if (!lambda.permits(functionName, "cognito-idp.amazonaws.com", poolArn(pool)))
      throw failure("UnexpectedLambdaException", `${NAME} invocation failed due to error AccessDeniedException: no permission lets cognito-idp.amazonaws.com from ${poolArn(pool)} invoke ${functionName}.`); // prettier-ignore
    const event = {
      version: "1",
      triggerSource,
      region: pool.region,
      userPoolId: pool.id,
      userName: user.username,
      callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: clientId ?? "CLIENT_ID_NOT_APPLICABLE" },
      request: { userAttributes: { ...user.attributes, sub: user.sub, "cognito:user_status": user.status } },
      response: {},
    };
    const request = { functionName, payload: JSON.stringify(event), ...(traceId && { traceId }) };
    for (let attempt = 0; attempt < LIMITS.triggerAttempts; attempt++) {
      const outcome = await work.track(`${NAME} of ${pool.id}`, within(lambda.invoke(request)));
      if (outcome !== LATE) return checkAnswer(outcome);
    }
    throw failure("UnexpectedLambdaException", `${NAME} failed with error Task timed out.`);
  };

/** Real time, as all time limits of functions. */
const within = async <T>(call: Promise<T>): Promise<T | typeof LATE> => {
  const late = Promise.withResolvers<typeof LATE>();
  const timer = setTimeout(() => late.resolve(LATE), LIMITS.triggerMs);
  try {
    return await Promise.race([call, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** The function must give the event back. */
const checkAnswer = ({ failed, payload }: { readonly failed: boolean; readonly payload: string }): void => {
  const result: unknown = JSON.parse(payload);
  if (failed) {
    const { errorMessage } = result as { readonly errorMessage?: string }; // Lambda's own shape of a failure
    throw failure("UserLambdaValidationException", `${NAME} failed with error ${errorMessage}.`);
  }
  if (typeof result !== "object" || result === null || !("response" in result))
    throw failure("InvalidLambdaResponseException", "Unrecognizable lambda output");
};
