import { expect, test } from "@jest/globals";
import type { PostConfirmationTriggerEvent } from "aws-lambda";
import { capture } from "../http/request.test.fixture.ts";
import { postConfirmation, type PostConfirmationInput } from "./post-confirmation.ts";

const event = (triggerSource: string): PostConfirmationTriggerEvent =>
  ({
    version: "1",
    triggerSource,
    region: "us-east-1",
    userPoolId: "us-east-1_abc",
    userName: "ann",
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "client" },
    request: { userAttributes: { sub: "u-1", email: "ann@example.com" } },
    response: {},
  }) as PostConfirmationTriggerEvent; // the type wants one of two trigger sources

const SIGN_UP = "PostConfirmation_ConfirmSignUp";

test("a confirmed sign-up reaches the function, and Cognito gets its event back as it was", async () => {
  const seen: Partial<PostConfirmationInput>[] = [];
  const handler = postConfirmation(({ sub, attributes }) => void seen.push({ sub, attributes }));
  const [result, out] = await capture(handler, event(SIGN_UP));
  expect(seen).toEqual([{ sub: "u-1", attributes: { sub: "u-1", email: "ann@example.com" } }]);
  expect(result).toEqual(event(SIGN_UP));
  expect(out).not.toContain("ann@example.com");
});

test("a reset password, which fires the same trigger, does not", async () => {
  const handler = postConfirmation(() => {
    throw new Error("called");
  });
  const reset = event("PostConfirmation_ConfirmForgotPassword");
  expect((await capture(handler, reset))[0]).toEqual(reset);
});

test("what is thrown is thrown on, for Cognito to tell the client", async () => {
  const handler = postConfirmation(() => {
    throw new Error("table is away");
  });
  await expect(capture(handler, event(SIGN_UP))).rejects.toThrow("table is away");
});
