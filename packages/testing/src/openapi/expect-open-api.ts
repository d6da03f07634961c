// Whether the document of a service is what its schemas give, what its template routes, and what it serves.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../app.ts";
import { type Document, waysOf } from "./routes.ts";

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly RouteKey?: string; readonly AuthorizationType?: string };
}

const SCHEMES: Readonly<Record<string, string>> = { JWT: "users", CUSTOM: "apiKey", AWS_IAM: "iam" };
const TEMPLATE = ".serverless/cloudformation-template-update-stack.json";

const readJson = (...path: readonly string[]): unknown => JSON.parse(readFileSync(join(...path), "utf8"));

/** `GET /m/v1/links with apiKey` */
const line = (route: string, scheme: string | undefined): string =>
  `${route} ${scheme ? `with ${scheme}` : "for anyone"}`;

const documented = (document: Document): readonly string[] =>
  waysOf(document).map(({ method, path, scheme }) => line(`${method} ${path}`, scheme));

const deployed = (folder: string): readonly string[] => {
  const { Resources } = readJson(folder, TEMPLATE) as { Resources: Readonly<Record<string, Resource>> }; // osls wrote it
  return Object.values(Resources).flatMap(({ Type, Properties: { RouteKey, AuthorizationType = "" } = {} }) =>
    Type === "AWS::ApiGatewayV2::Route" && RouteKey !== undefined ? [line(RouteKey, SCHEMES[AuthorizationType])] : [],
  );
};

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );

const differing = (a: object, b: object): readonly string[] => {
  const [one, other] = [a, b].map((each) => new Map(Object.entries(each)));
  const names = new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])]);
  return [...names].filter((name) => canonical(one?.get(name)) !== canonical(other?.get(name)));
};

const staleParts = (folder: string, document: object): readonly string[] => {
  const kept = readJson(folder, "openapi.json") as object; // JSON that the generator wrote
  const paths = differing((kept as Document).paths, (document as Document).paths);
  const parts = differing(kept, document).flatMap((name) => (name === "paths" ? paths : [name]));
  return parts.map((part) => `openapi.json is not what the schemas give for ${part}: npm run openapi writes it`);
};

const servedWrong = async ({ http, folder }: App): Promise<readonly string[]> => {
  const answer = await http.get("/openapi.json");
  const { etag = "", "cache-control": caching } = answer.headers;
  const again = await http.get("/openapi.json", { headers: { "if-none-match": etag } });
  return [
    ...(canonical(answer.json) === canonical(readJson(folder, "openapi.json"))
      ? []
      : ["what is served is another document"]),
    ...(caching === "max-age=300" ? [] : [`it is served with cache-control ${caching ?? "not set"}, not max-age=300`]),
    ...(etag !== "" && again.status === 304 && again.text === "" ? [] : ["its tag does not save its body"]),
  ];
};

/**
 * Throws unless openapi.json is `document` (what `openApi` gives today), has the routes of the compiled template with
 * their authorizers, both ways, and is served with a tag.
 */
export const expectOpenApi = async (app: App, document: object): Promise<void> => {
  const told = documented(document as Document); // made by the generator
  const real = deployed(app.folder);
  const problems = [
    ...staleParts(app.folder, document),
    ...told.filter((route) => !real.includes(route)).map((route) => `the template has no route ${route}`),
    ...real.filter((route) => !told.includes(route)).map((route) => `the document has no route ${route}`),
    ...(await servedWrong(app)),
  ];
  if (problems.length > 0) throw new Error(`The OpenAPI document of ${app.service} is wrong:\n${problems.join("\n")}`);
};
