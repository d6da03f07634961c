// REST-XML: documents out, documents in, and the error document. Routes differ by service and stay with them.
import { XMLParser } from "fast-xml-parser";
import { AwsError } from "../gateway/aws-error.ts";
import type { AwsResponse, ErrorContext } from "../gateway/service.ts";

/** The content of an element: text, children in order, or a list, which repeats the element. Undefined leaves it out. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml };

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escapeText = (text: string): string =>
  // Control characters are not allowed in XML 1.0; S3 writes them as references all the same.
  // oxlint-disable-next-line no-control-regex
  text.replaceAll(/[&<>"\u0000-\u001f]/g, (char) => ENTITIES[char] ?? `&#x${char.charCodeAt(0).toString(16)};`);

/** One element, or one per entry of a list. */
export const element = (name: string, value: Xml): string => {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((entry: Xml) => element(name, entry)).join("");
  if (typeof value !== "object") return `<${name}>${escapeText(String(value))}</${name}>`;
  const content = Object.entries(value).map(([child, inner]) => element(child, inner));
  return `<${name}>${content.join("")}</${name}>`;
};

const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** An answer of one document. `namespace` is the xmlns of the root. */
export const xmlResponse = (name: string, value: Xml, namespace: string): AwsResponse => ({
  status: 200,
  headers: { "content-type": "application/xml" },
  body: PROLOG + element(name, value).replace(`<${name}>`, () => `<${name} xmlns="${namespace}">`),
});

/** `<Error>` with the error's own fields; HEAD answers have no body. */
export const xmlError = (
  { code, status, message, fields = {} }: { code: string; status: number; message: string; fields?: object },
  { requestId, method, path }: ErrorContext,
): AwsResponse => {
  if (method === "HEAD") return { status };
  const content = { Code: code, Message: message, ...fields, Resource: path, RequestId: requestId };
  return { status, headers: { "content-type": "application/xml" }, body: PROLOG + element("Error", content) };
};

export interface XmlNode {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlNode[];
}

const malformed = (detail = ""): AwsError =>
  new AwsError(
    "MalformedXML",
    400,
    `The XML you provided was not well-formed or did not validate against our published schema${detail && `: ${detail}`}`,
  );

type Ordered = Readonly<Record<string, readonly Ordered[] | string | number>>;

const toNode = (name: string, content: readonly Ordered[]): XmlNode => {
  const children: XmlNode[] = [];
  let text = "";
  for (const entry of content) {
    for (const [tag, inner] of Object.entries(entry)) {
      if (tag === "#text" && typeof inner !== "object") text += String(inner);
      else if (Array.isArray(inner)) children.push(toNode(tag, inner as readonly Ordered[])); // preserveOrder nests so
    }
  }
  return { name, text, children };
};

/** Characters that XML 1.0 does not have, raw or as references: the parser would drop them, and name another key. */
const FORBIDDEN =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])?|0*(?:[0-8]|1[124-9]|2\d|3[01])?);/i;

/** Parses a document whose root is `root`. Throws MalformedXML; refuses document types (entity expansion). */
export const parseXml = (source: string | Buffer, root: string): XmlNode => {
  const text = source.toString();
  if (FORBIDDEN.test(text)) throw malformed("control characters are not allowed in XML 1.0");
  if (/<!DOCTYPE/i.test(text)) throw malformed("document types are not accepted");
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: true,
    ignoreDeclaration: true,
    removeNSPrefix: true,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true, // also switches numeric references on
  });
  let nodes: readonly XmlNode[];
  try {
    nodes = toNode("", parser.parse(text, true) as readonly Ordered[]).children; // the shape of preserveOrder
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : String(error));
  }
  const [first] = nodes;
  if (nodes.length !== 1 || first?.name !== root) throw malformed(`<${root}> expected`);
  return first;
};

export const childrenOf = (node: XmlNode, name: string): readonly XmlNode[] =>
  node.children.filter((child) => child.name === name);

export const childOf = (node: XmlNode, name: string): XmlNode | undefined => childrenOf(node, name)[0];

/** The text of the first child of that name. */
export const textOf = (node: XmlNode, name: string): string | undefined => childOf(node, name)?.text;

export const textsOf = (node: XmlNode, name: string): readonly string[] =>
  childrenOf(node, name).map(({ text }) => text);

/** The text of a child that must be there. */
export const needText = (node: XmlNode, name: string): string => {
  const text = textOf(node, name);
  if (text === undefined) throw malformed(`<${node.name}> needs <${name}>`);
  return text;
};

/** Refuses children that this cloud does not honour, by name. */
export const onlyChildren = (node: XmlNode, names: readonly string[]): XmlNode => {
  const unknown = node.children.find(({ name }) => !names.includes(name));
  if (unknown === undefined) return node;
  const message = `<${unknown.name}> in <${node.name}> is not supported by the embedded AWS; see SUPPORT.md`;
  throw new AwsError("NotImplemented", 501, message);
};

/** The one child that an element must have. */
export const onlyChild = (node: XmlNode, name: string): XmlNode => {
  const [child, ...more] = childrenOf(onlyChildren(node, [name]), name);
  if (child === undefined || more.length > 0) throw malformed(`<${node.name}> needs one <${name}>`);
  return child;
};
