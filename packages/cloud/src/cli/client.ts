// The running cloud, as the other verbs find and ask it.
import { readLock } from "./lock.ts";

/** `http://127.0.0.1:<port>` of the cloud of this folder, else the default port. */
export const endpoint = (): string => {
  const port = process.env["WARMSTART_PORT"] ?? readLock()?.port ?? 4566;
  return `http://127.0.0.1:${port}`;
};

/** The endpoint when a cloud answers there. */
export const runningEndpoint = async (): Promise<string | undefined> => {
  const url = endpoint();
  const answer = await fetch(`${url}/_warmstart/v1/health`).catch(() => undefined);
  return answer?.ok === true ? url : undefined;
};

const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
  const url = `${endpoint()}/_warmstart/v1${path}`;
  const init = { method, ...(body && { body: JSON.stringify(body) }) };
  const response = await fetch(url, init).catch((cause: unknown) => {
    throw new Error(`no cloud answers at ${endpoint()}; start one with \`npm start\` or \`npx warmstart up\``, {
      cause,
    });
  });
  const answer: unknown = await response.json().catch((cause: unknown) => {
    throw new Error(`what answers at ${endpoint()} is no warmstart cloud; WARMSTART_PORT chooses another port`, {
      cause,
    });
  });
  if (response.ok) return answer;
  throw new Error((answer as { detail?: string }).detail ?? `${method} ${path} answered ${response.status}`); // a problem
};

/** One request to the admin API; `T` is what that route answers. Throws an Error with the problem's detail. */
export const admin = async <T>(method: string, path: string, body?: object): Promise<T> =>
  (await ask(method, path, body)) as T; // the routes of this very package
