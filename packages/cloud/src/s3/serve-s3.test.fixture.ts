// S3 behind the real gateway, with an SDK client, for the tests of this folder.
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import { ACCOUNT, type Service } from "../gateway/service.ts";
import { serve, type Served, type ServeOptions } from "../gateway/serve.test.fixture.ts";
import { sign } from "../protocols/sigv4.ts";
import { createS3 } from "./index.ts";

export interface ServedS3 extends Served {
  /** An SDK client of a role that may do just this. */
  readonly roleWith: (name: string, statements: readonly object[]) => Promise<S3Client>;
  readonly s3: ReturnType<typeof createS3>;
  readonly sdk: S3Client;
  readonly client: Served["client"];
  readonly sdkWith: (config: S3ClientConfig) => S3Client;
  /** A request with exactly these headers, signed unless told otherwise. */
  readonly raw: (method: string, path: string, options?: RawOptions) => Promise<RawAnswer>;
  /** Names of the files that hold bodies, finished or not. */
  readonly files: () => readonly string[];
}

export interface RawOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly unsigned?: boolean;
  readonly host?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly text: string;
}

const send = (endpoint: string, method: string, path: string, options: RawOptions): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(endpoint);
    const asked = httpRequest({ host: "127.0.0.1", port, method, path, headers: { ...options.headers } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () => {
        const body = Buffer.concat(parts);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body, text: body.toString() });
      });
    });
    asked.on("error", reject);
    asked.end(options.body);
  });

export const serveS3 = async (options: ServeOptions = {}): Promise<ServedS3> => {
  let made: ReturnType<typeof createS3> | undefined;
  const served = await serve((ground, iam) => {
    made = createS3(ground, iam);
    return [made.service];
  }, options);
  if (made === undefined) throw new Error("serve made no S3");
  const sdkWith = (config: S3ClientConfig): S3Client =>
    new S3Client({ ...served.client, forcePathStyle: true, maxAttempts: 1, ...config });
  const sdk = sdkWith({});
  const { endpoint, clock, ground, iam } = served;
  return {
    ...served,
    roleWith: async (name, statements) => {
      const trusted = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
      await (iam as typeof iam & { readonly service: Service }).service.types["AWS::IAM::Role"]?.create(
        // createIam's
        {
          RoleName: name,
          AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [trusted] },
          Policies: [{ PolicyName: "p", PolicyDocument: { Version: "2012-10-17", Statement: statements } }],
        },
        contextOf("s", name, name),
      );
      return sdkWith({ credentials: iam.mint(`arn:aws:iam::${ACCOUNT}:role/${name}`, "session") });
    },
    s3: made,
    sdk,
    sdkWith,
    raw: (method, path, { headers = {}, body = "", unsigned = false, host = new URL(endpoint).host } = {}) => {
      const given = { host, "content-length": String(Buffer.byteLength(body)), ...headers };
      if (unsigned) return send(endpoint, method, path, { headers: given, body });
      const [plain = "", rawQuery = ""] = path.split("?");
      const hash = createHash("sha256").update(body).digest("hex");
      const signed = sign(
        { method, path: plain, rawQuery, headers: { "x-amz-content-sha256": hash, ...given } },
        { region: "us-east-1", service: "s3", accessKeyId: "local", secretAccessKey: "local", now: clock.now() },
      );
      return send(endpoint, method, path, { headers: signed, body });
    },
    files: () => ["tmp", "bodies"].flatMap((folder) => readdirSync(join(ground.store.folder, "s3", folder))).toSorted(),
    close: async () => {
      sdk.destroy();
      await served.close();
    },
  };
};
