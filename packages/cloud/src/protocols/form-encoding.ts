/** Encodes an object key as S3 does in notifications and with `encoding-type=url`: form encoding that keeps `/`. */
export const formEncodeKey = (key: string): string =>
  encodeURIComponent(key)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/")
    .replaceAll(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
