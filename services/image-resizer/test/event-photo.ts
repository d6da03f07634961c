// The photo of which the events in events/image-resizer speak: sky, meadow and sun on 64 x 40 pixels.
import { createHash } from "node:crypto";

const LINES = [
  "/9j/2wBDABAQEBAREBIUFBIZGxgbGSUiHx8iJTgoKygrKDhVNT41NT41VUtbSkVKW0uHal5eaoecg3yDnL2pqb3u4u7/////2wBDARAQEBAREB",
  "IUFBIZGxgbGSUiHx8iJTgoKygrKDhVNT41NT41VUtbSkVKW0uHal5eaoecg3yDnL2pqb3u4u7/////wgARCAAoAEADASIAAhEBAxEB/8QAFwAB",
  "AQEBAAAAAAAAAAAAAAAAAAYCA//EABgBAQEBAQEAAAAAAAAAAAAAAAAEAgMF/9oADAMBAAIQAxAAAAChHowAN47Q98Y7cQim5rVFC1RQtUUAky",
  "AAB//EABkQAAMBAQEAAAAAAAAAAAAAAAECEQAgQP/aAAgBAQABPwDlVJzKR2hEmciT1f/EACERAAECBQUBAAAAAAAAAAAAAAMAAQIEFGKhBRAR",
  "IpEg/9oACAECAQE/ANtQMYEs8Ym7c+MtPMY8s0ZW7c+sqqzKqrMqqsyqqzPz/8QAHBEAAgEFAQAAAAAAAAAAAAAAAAISAwQQETEg/9oACAEDAQ",
  "E/AMW6I9TT8LhESppOEiRIl5//2Q==",
];

export const PHOTO: Buffer = Buffer.from(LINES.join(""), "base64");

export const ETAG: string = createHash("md5").update(PHOTO).digest("hex");
