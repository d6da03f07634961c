// Functions that a pool calls: before a sign-up, which they may refuse or confirm at once, and after a confirmation.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html
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
  readonly clientId?: string | undefined;
  readonly clientMetadata?: Readonly<Record<string, string>> | undefined;
  readonly traceId?: string | undefined;
}

type Source =
  | "PreSignUp_SignUp"
  | "PreSignUp_AdminCreateUser"
  | "PostConfirmation_ConfirmSignUp"
  | "PostConfirmation_ConfirmForgotPassword";

export interface PreSignUpAnswer {
  readonly autoConfirmUser?: boolean;
  readonly autoVerifyEmail?: boolean;
  readonly autoVerifyPhone?: boolean;
}

const LATE = Symbol("late");

/** Runs the pool's function for this, when it has one; answers the `response` it gave. Throws AWS's errors. */
export const createTriggers =
  (lambda: Pick<Lambda, "invoke" | "permits" | "exists">, { work }: Pick<Ground, "work">) =>
  async (source: Source, occasion: Occasion): Promise<PreSignUpAnswer> => {
    const { pool, user, clientId, clientMetadata, traceId } = occasion;
    const name = source.startsWith("PreSignUp") ? "PreSignUp" : "PostConfirmation";
    const functionArn = pool.settings.LambdaConfig?.[name];
    if (functionArn === undefined) return {};
    if (!lambda.permits(functionArn, "cognito-idp.amazonaws.com", poolArn(pool))) {
      const message = `${name} invocation failed due to error AccessDeniedException: no permission lets cognito-idp.amazonaws.com from ${poolArn(pool)} invoke ${functionArn}.`;
      throw new AwsError("UnexpectedLambdaException", 400, message);
    }
    const known = { ...user.attributes, ...(name === "PostConfirmation" && { sub: user.sub, "cognito:user_status": user.status }) }; // prettier-ignore
    const event = {
      version: "1",
      triggerSource: source,
      region: pool.region,
      userPoolId: pool.id,
      userName: user.username,
      callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: clientId ?? "CLIENT_ID_NOT_APPLICABLE" },
      request: { userAttributes: known, ...(clientMetadata && { clientMetadata }) },
      response: name === "PreSignUp" ? { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false } : {},
    };
    const call = lambda.invoke({
      functionName: functionArn,
      payload: JSON.stringify(event),
      ...(traceId && { traceId }),
    });
    const outcome = await work.track(`${name} of ${pool.id}`, within(call));
    if (outcome === LATE)
      throw new AwsError("UnexpectedLambdaException", 400, `${name} failed with error Task timed out.`);
    return answerOf(name, outcome);
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
const answerOf = (name: string, outcome: { readonly failed: boolean; readonly payload: string }): PreSignUpAnswer => {
  const result: unknown = JSON.parse(outcome.payload);
  if (outcome.failed) {
    const { errorMessage } = result as { readonly errorMessage?: string }; // Lambda's own shape of a failure
    throw new AwsError("UserLambdaValidationException", 400, `${name} failed with error ${errorMessage}.`);
  }
  if (typeof result !== "object" || result === null || !("response" in result))
    throw new AwsError("InvalidLambdaResponseException", 400, "Unrecognizable lambda output");
  return result.response ?? {};
};
