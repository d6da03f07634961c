/** S3's second request id is opaque; here it follows from the first, so that an event and its request agree. */
export const hostId = (requestId: string): string => Buffer.from(requestId.replaceAll("-", "")).toString("base64");
