export { AwsError } from "./gateway/aws-error.ts";
