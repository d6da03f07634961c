// DNS rebinding: a web page may make a browser send requests here under any name, so only our own names are answered.

const OWN_NAMES =
  /^(127\.0\.0\.1|localhost|[a-z0-9.-]+\.localhost|\[::1\]|[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?)(:\d+)?$/i;

export const isOwnHost = (host: string): boolean => OWN_NAMES.test(host);

/** The API id when the Host is that of an HTTP API: `<apiId>.execute-api.…`. */
export const apiIdOf = (host: string): string | undefined => /^([a-z0-9]+)\.execute-api\./i.exec(host)?.[1];
