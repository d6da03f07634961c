import { describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { decodeEbcdic, type CodePage } from "./ebcdic.ts";

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const decoded = (page: CodePage): string => decodeEbcdic(everyByte, page);
const unlike037 = (page: CodePage): string[] =>
  [...everyByte]
    .filter((byte) => decoded(page).charAt(byte) !== decoded("037").charAt(byte))
    .map((byte) => `${byte.toString(16)} ${decoded(page).charAt(byte)}`);

describe("EBCDIC", () => {
  // `python3 -c 'import sys; sys.stdout.buffer.write(bytes(range(256)).decode("cp037").encode())' | sha256sum`, with
  // cp500 likewise; `iconv -f IBM1047 -t UTF-8` for 1047.
  test.each([
    ["037", "5324efcff066d6ba174bc227a54630f79aba8afd2a473959f92bbfc140ffdb57"],
    ["500", "1fc831a58bad8d736d5a8af673097ef196c284a740c68c54a4c2cd7891dd26e4"],
    ["1047", "2453a52a523b0c33405b6bb168448ebab47193ec8aca082fe53576ea9790a3bd"],
  ] as const)("code page %s is IBM's", (page, sha256) => {
    expect(createHash("sha256").update(decoded(page)).digest("hex")).toBe(sha256);
  });

  test("the code pages differ in nine bytes", () => {
    expect(unlike037("500")).toEqual(["4a [", "4f !", "5a ]", "5f ^", "b0 ¢", "ba ¬", "bb |"]);
    expect(unlike037("1047")).toEqual(["5f ^", "ad [", "b0 ¬", "ba Ý", "bb ¨", "bd ]"]);
    expect(
      [0x4a, 0x4f, 0x5a, 0x5f, 0xad, 0xb0, 0xba, 0xbb, 0xbd].map((byte) => decoded("037").charAt(byte)).join(""),
    ).toBe("¢|!¬Ý^[]¨");
  });

  test("letters, digits and punctuation are where punched cards had them", () => {
    expect(decodeEbcdic(Buffer.from("c340f140c3d3c9c5d5e37a40c1c2d1d9e2e9a9f94b6b6d50", "hex"), "037")).toBe(
      "C 1 CLIENT: ABJRSZz9.,_&",
    );
  });

  test("each page has each character of Latin-1 once", () => {
    for (const page of ["037", "500", "1047"] as const)
      expect(new Set(Buffer.from(decoded(page), "latin1")).size).toBe(256);
  });
});
