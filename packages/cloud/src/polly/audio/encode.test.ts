import { expect, test } from "@jest/globals";
import type { AudioFormat } from "../speech-port.ts";
import { encoder } from "./encode.ts";

const RATE = 22_050;
const tone = Float32Array.from({ length: RATE }, (_, index) => 0.5 * Math.cos(index / 10));

const encoded = async (format: AudioFormat, ...parts: readonly Float32Array[]) => {
  const stage = await encoder(format, RATE);
  return Buffer.concat([...parts.map((part) => stage.push(part)), stage.end()]);
};

test("PCM is 16 bits, little-endian, and never wraps around", async () => {
  const bytes = await encoded("pcm", Float32Array.of(0, 0.5, -0.5, 1, -1, 3, -3));
  const samples = Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2));
  expect(samples).toEqual([0, 16_384, -16_384, 32_767, -32_767, 32_767, -32_767]);
});

test("the delay of MP3 is taken from the silence before the first word, never from the word", async () => {
  const behind = (silent: number) =>
    Float32Array.from({ length: silent + RATE }, (_, index) => tone[index - silent] ?? 0);
  const plain = await encoded("mp3", tone);
  for (const silent of [500, 1_105]) expect((await encoded("mp3", behind(silent))).equals(plain)).toBe(true);
  expect((await encoded("mp3", behind(2_000))).equals(await encoded("mp3", behind(895)))).toBe(false); // its 895 go too
  const parts = Array.from({ length: 11 }, () => new Float32Array(100));
  expect((await encoded("mp3", ...parts, new Float32Array(), tone)).equals(plain)).toBe(true);
  expect((await encoded("ogg_vorbis", behind(500))).equals(await encoded("ogg_vorbis", tone))).toBe(false);
});
