// A Polly that needs no time: HTTP/2 without TLS, as the SDK's client speaks it to a local endpoint.
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";

/** Of MPEG 2 layer III, 48 kbit/s, 22,050 Hz, mono. */
const FRAME = new Uint8Array(156).fill(0x55);
FRAME.set([0xff, 0xf3, 0x60, 0xc4]);
const FRAMES_PER_SECOND = 22_050 / 576;
const CHARACTERS_PER_SECOND = 15;

/** Audio as long as the text would take. */
const audioFor = (chars: number): Buffer =>
  Buffer.alloc(FRAME.length * Math.ceil((chars / CHARACTERS_PER_SECOND) * FRAMES_PER_SECOND), FRAME);

export interface QuickPolly {
  readonly url: string;
  readonly calls: () => number;
  readonly close: () => void;
}

const answer = async (stream: ServerHttp2Stream): Promise<void> => {
  const body = [];
  for await (const bytes of stream) body.push(bytes as Buffer); // a stream without encoding
  const { Text } = JSON.parse(Buffer.concat(body).toString()) as { Text: string }; // the SDK's request
  const length = String(Text.length);
  stream.respond({ ":status": 200, "content-type": "audio/mpeg", "x-amzn-requestcharacters": length });
  stream.end(audioFor(Text.length));
};

export const startQuickPolly = async (): Promise<QuickPolly> => {
  let calls = 0;
  const server = createServer();
  server.on("stream", (stream) => {
    calls++;
    answer(stream).catch(() => stream.close());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // of a server that listens on a port
  return { url: `http://127.0.0.1:${port}`, calls: () => calls, close: () => void server.close() };
};
