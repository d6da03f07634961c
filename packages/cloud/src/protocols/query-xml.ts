// The AWS query protocol: a form of `Action=…&List.member.1.Name=…` in, XML out.
import { AwsError } from "../gateway/aws-error.ts";
import type { Input, Protocol } from "../gateway/service.ts";

interface Node {
  text?: string;
  readonly members: Map<string, Node>;
}

const node = (): Node => ({ members: new Map() });

const isIndex = (name: string): boolean => /^[1-9]\d{0,5}$/.test(name);

/** `{1: a, 2: b}` in the order of its numbers. */
const inOrder = (members: ReadonlyMap<string, Node>): readonly Node[] =>
  [...members].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, member]) => member);

/** Entries `{key, value}` or `{Name, Value}` of a map. */
const entries = (members: ReadonlyMap<string, Node>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    inOrder(members).map((entry) => [
      entry.members.get("key")?.text ?? entry.members.get("Name")?.text ?? "",
      value(entry.members.get("value") ?? entry.members.get("Value") ?? node()),
    ]),
  );

const value = ({ text, members }: Node): unknown => {
  if (members.size === 0) return text ?? "";
  const names = [...members.keys()];
  if (names.every(isIndex)) return inOrder(members).map(value);
  const only = members.size === 1 ? names[0] : undefined;
  const inner = only === undefined ? undefined : members.get(only);
  if (inner !== undefined && inner.members.size > 0 && [...inner.members.keys()].every(isIndex)) {
    if (only === "member") return inOrder(inner.members).map(value);
    if (only === "entry") return entries(inner.members);
  }
  return Object.fromEntries([...members].map(([name, member]) => [name, value(member)]));
};

/** Deepest nesting that a form may have. */
const MAX_DEPTH = 16;

/** The nested input of a query form; lists, structures and maps come out as arrays and objects, scalars as strings. */
export const parseQueryForm = (form: string): { readonly action: string; readonly input: Input } => {
  const root = node();
  for (const [name, text] of new URLSearchParams(form)) {
    const path = name.split(".");
    if (path.length > MAX_DEPTH)
      throw new AwsError("MalformedQueryString", 400, `The parameter ${name} nests too deep`);
    let at = root;
    for (const part of path) {
      const next = at.members.get(part) ?? node();
      at.members.set(part, next);
      at = next;
    }
    at.text = text;
  }
  const action = root.members.get("Action")?.text;
  if (action === undefined) throw new AwsError("MissingAction", 400, "The request must contain the parameter Action");
  root.members.delete("Action");
  root.members.delete("Version");
  return { action, input: root.members.size === 0 ? {} : (value(root) as Input) };
};

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#xD;",
};

/** Text for an XML element; characters that XML 1.0 cannot hold become U+FFFD. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[&<>"\r]/g, (char) => ESCAPES[char] ?? char)
    // eslint-disable-next-line no-control-regex -- exactly those that XML forbids
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "\uFFFD");

const element = (name: string, content: unknown): string => {
  if (content === undefined || content === null) return "";
  return `<${name}>${inner(content)}</${name}>`;
};

const inner = (content: unknown): string => {
  if (content instanceof Date) return content.toISOString();
  if (Array.isArray(content)) return content.map((member) => element("member", member)).join("");
  if (content instanceof Map)
    return [...content].map(([key, each]) => `<entry>${element("key", key)}${element("value", each)}</entry>`).join("");
  if (typeof content === "object" && content !== null)
    return Object.entries(content)
      .map(([name, member]) => element(name, member))
      .join("");
  return escapeXml(String(content));
};

const headers = (requestId: string): Record<string, string> => ({
  "content-type": "text/xml",
  "x-amzn-requestid": requestId,
});

/** The query protocol of one service. Output: lists are arrays, maps are `Map`s, times are `Date`s; none for no result. */
export const queryXml = (namespace: string): Protocol => ({
  decode: async (request) => {
    const body = (await request.body()).toString("utf8");
    return parseQueryForm(body === "" ? request.rawQuery : body);
  },
  encode: ({ action, requestId }, output) => ({
    status: 200,
    headers: headers(requestId),
    body:
      `<${action}Response xmlns="${namespace}">${output === undefined ? "" : element(`${action}Result`, output)}` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`,
  }),
  error: ({ code, status, message, fields }, { requestId }) => ({
    status,
    headers: headers(requestId),
    body:
      `<ErrorResponse xmlns="${namespace}"><Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type>` +
      `${element("Code", code)}${element("Message", message)}${inner(fields ?? {})}</Error>` +
      `<RequestId>${requestId}</RequestId></ErrorResponse>`,
  }),
});
