import { endpoint } from "./client.ts";
import { atMost } from "./usage.ts";

/** What any AWS client needs to talk to the cloud. Never exported by us into a shell: it would catch `--stage prod` too. */
export const clientEnvironment = (url: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_REGION: "us-east-1",
  AWS_DEFAULT_REGION: "us-east-1",
});

/** `eval "$(npx warmstart env)"` */
export const env = async (args: string[]): Promise<void> => {
  atMost(0, args);
  for (const [name, value] of Object.entries(clientEnvironment(endpoint()))) {
    process.stdout.write(`export ${name}=${value}\n`);
  }
};
