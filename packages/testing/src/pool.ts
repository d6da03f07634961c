// One process holds the clouds of a whole test run: a lease takes milliseconds where a start takes a third of a second.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cloud, type CloudOptions, createCloud } from "@warmstart/cloud";

const clouds = new Map<string, Cloud>();
const codeFolder = mkdtempSync(join(tmpdir(), "warmstart-code-"));

const readJson = async (request: IncomingMessage): Promise<object> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString("utf8")) as object); // the kit's own request
};

/** Failures that tests provoke are explained in the logs they read; what fails inside the cloud itself is shown. */
const report = (message: string, error?: unknown): void => {
  if (error !== undefined) process.stderr.write(`cloud: ${message}: ${error instanceof Error ? error.stack : ""}\n`);
};

const open = async (options: CloudOptions): Promise<object> => {
  // A process kept ready for a test that may never need it costs as much as the cold start it would spare.
  const cloud = await createCloud({
    voices: "fast",
    spares: 0,
    maxEnvironments: 2,
    ...options,
    port: 0,
    codeFolder,
    report,
  });
  const id = randomUUID();
  clouds.set(id, cloud);
  return { id, endpoint: cloud.endpoint };
};

const close = async (id: string): Promise<object> => {
  await clouds.get(id)?.close();
  clouds.delete(id);
  return {};
};

// Longer than any test file runs, so no connection ends under a request.
const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  const answer = async (): Promise<object> =>
    request.method === "DELETE" ? close(request.url?.split("/").at(-1) ?? "") : open(await readJson(request));
  answer().then(
    (body) => response.end(JSON.stringify(body)),
    (error: unknown) => {
      response.statusCode = 500;
      response.end(error instanceof Error ? error.stack : String(error));
    },
  );
});

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`); // a TCP server that listens has one
});

// The run that started this process holds its standard input; when the run is gone, so is the reason to live.
process.stdin.resume();
process.stdin.on("close", () => {
  void Promise.allSettled([...clouds.values()].map((cloud) => cloud.close())).then(() => {
    rmSync(codeFolder, { recursive: true, force: true });
    process.exit(0);
  });
});
