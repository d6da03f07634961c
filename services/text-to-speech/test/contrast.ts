// How well the texts of a page can be read: their contrast to what is behind them, by WCAG 2.2.
import type { Page } from "playwright-core";

type Colour = readonly [red: number, green: number, blue: number];

interface Shown {
  readonly text: string;
  readonly ink: Colour;
  readonly ground: Colour;
}

export interface Readable {
  readonly text: string;
  /** 1 to 21; https://www.w3.org/TR/WCAG22/#contrast-minimum wants 4.5. */
  readonly contrast: number;
}

/** Every visible element with a text of its own, and the highlighted word. Painted, so that the browser computes colours. */
const COLLECT = `(() => {
  const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#fff"; // what Chromium calls Canvas
  const painted = (...colours) => {
    for (const colour of [canvas, ...colours]) {
      pixel.fillStyle = colour;
      pixel.fillRect(0, 0, 1, 1);
    }
    return [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const behind = (element) =>
    element === null ? [] : [...behind(element.parentElement), getComputedStyle(element).backgroundColor];
  const shown = (text, style, grounds) => ({ text, ink: painted(...grounds, style.color), ground: painted(...grounds) });
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
  const texts = [...document.querySelectorAll("body *")].filter(
    (element) => element.checkVisibility() && (hasText(element) || element.matches("input, select, textarea")),
  );
  const word = getComputedStyle(document.getElementById("words"), "::highlight(word)");
  return [
    ...texts.map((element) => shown(element.textContent || element.name, getComputedStyle(element), behind(element))),
    shown("the spoken word", word, [word.backgroundColor]),
  ];
})()`;

const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

const luminance = (colour: Colour): number => {
  const [red, green, blue] = colour.map((value) => linear(value / 255)) as [number, number, number]; // of three
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

export const contrasts = async (page: Page): Promise<readonly Readable[]> => {
  const shown = await page.evaluate<readonly Shown[]>(COLLECT);
  return shown.map(({ text, ink, ground }) => {
    const [dark = 0, light = 0] = [luminance(ink), luminance(ground)].toSorted((a, b) => a - b);
    return { text, contrast: (light + 0.05) / (dark + 0.05) };
  });
};
