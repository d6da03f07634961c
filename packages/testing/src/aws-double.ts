// A strict double for AWS SDK clients, for failures that a healthy cloud does not produce.
import { mockClient } from "aws-sdk-client-mock";

type Stub = ReturnType<typeof mockClient>;
type ClientClass = Parameters<typeof mockClient>[0];

const show = (input: unknown): string => JSON.stringify(input, null, 2);

/** Lines that differ between what was stubbed and what was sent. */
const difference = (stubbed: unknown, sent: unknown): string => {
  const wanted = show(stubbed).split("\n");
  const got = show(sent).split("\n");
  const removed = wanted.filter((line) => !got.includes(line)).map((line) => `- ${line}`);
  const added = got.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`);
  return [...removed, ...added].join("\n");
};

const refuse = (stub: Stub, stubbed: readonly Stubbed[]): void => {
  stub.onAnyCommand().callsFake((input: object) => {
    const name = stub.calls().at(-1)?.args[0].constructor.name ?? "a command";
    const nearest = stubbed.find((candidate) => candidate.command === name);
    const hint = nearest
      ? `; the nearest stub differs:\n${difference(nearest.input, input)}`
      : `; stubbed are: ${stubbed.map(({ command }) => command).join(", ") || "none"}`;
    throw new Error(`No stub matches ${name} ${show(input)}${hint}`);
  });
};

interface Stubbed {
  readonly command: string;
  readonly input: unknown;
}

/**
 * Doubles for SDK client classes: `const { s3 } = awsDouble({ s3: S3Client }); s3.on(GetObjectCommand, …).resolves(…)`.
 * A command that no stub matches throws and shows how the nearest stub differs (the bare library answers undefined).
 */
export const awsDouble = <T extends Readonly<Record<string, ClientClass>>>(
  clients: T,
): { readonly [K in keyof T]: Stub } => {
  const doubles = Object.entries(clients).map(([name, client]) => {
    const stub = mockClient(client);
    const stubbed: Stubbed[] = [];
    refuse(stub, stubbed);
    const on = stub.on.bind(stub);
    stub.on = (command, input, strict) => {
      stubbed.push({ command: command.name, input: input ?? {} });
      return on(command, input, strict);
    };
    return [name, stub] as const;
  });
  return Object.fromEntries(doubles) as { [K in keyof T]: Stub }; // same names
};
