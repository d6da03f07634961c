const secretName = /authorization|cookie|passw|secret|token|api-?_?key|credential|signature|e-?mail/i;
// Bearer tokens, JWTs, API keys of the form sk_…, signatures of presigned URLs, and e-mail addresses inside of texts.
// Every quantifier is bounded or cannot overlap its neighbour: foreign text must not make this slow.
const secretText =
  /\bBearer [\w.~+/=-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|\bsk_\w+|\bX-Amz-(?:Signature|Security-Token|Credential)=[^&\s"]+|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}/g;

/** A text without what looks like a token, key, signature or e-mail address. */
export const maskText = (text: string): string => text.replace(secretText, "***");

/** The replacer for `JSON.stringify` that masks secrets by name and by look, and spells out errors. */
export const maskValue = (name: string, value: unknown): unknown => {
  if (name && typeof value !== "boolean" && value !== undefined && secretName.test(name)) return "***";
  if (typeof value === "string") return maskText(value);
  if (typeof value === "bigint") return value.toString();
  return value instanceof Error ? errorFields(value) : value;
};

const errorFields = (error: Error): Record<string, unknown> => {
  const { name, message, stack, cause } = error;
  return {
    ...Object.fromEntries(Object.entries(error)),
    name,
    message,
    stack,
    ...(cause === undefined ? {} : { cause }),
  };
};
