// How alike two pictures are, computed here and not by the library under test.

export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

const luma = ({ data, width, height, channels }: Raster): Float64Array => {
  const plane = new Float64Array(width * height);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  for (let at = 0, from = 0; at < plane.length; at++, from += channels) {
    plane[at] = 0.299 * (data[from] ?? 0) + 0.587 * (data[from + green] ?? 0) + 0.114 * (data[from + blue] ?? 0);
  }
  return plane;
};

/** Mean SSIM of the luma in windows of 8 x 8 (Wang et al. 2004, without the Gaussian weights). */
export const ssim = (a: Raster, b: Raster): number => {
  if (a.width !== b.width || a.height !== b.height) throw new Error("SSIM compares pictures of one size");
  const [first, second] = [luma(a), luma(b)];
  const size = Math.min(8, a.width, a.height);
  let total = 0;
  let windows = 0;
  for (let top = 0; top + size <= a.height; top += size) {
    for (let left = 0; left + size <= a.width; left += size, windows++) {
      total += windowSsim(first, second, { left, top, size, stride: a.width });
    }
  }
  return total / windows;
};

const windowSsim = (
  a: Float64Array,
  b: Float64Array,
  { left, top, size, stride }: { left: number; top: number; size: number; stride: number },
): number => {
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
  for (let y = top; y < top + size; y++) {
    for (let x = left; x < left + size; x++) {
      const [p, q] = [a[y * stride + x] ?? 0, b[y * stride + x] ?? 0];
      sumA += p;
      sumB += q;
      squareA += p * p;
      squareB += q * q;
      product += p * q;
    }
  }
  const count = size * size;
  const [meanA, meanB] = [sumA / count, sumB / count];
  const [varianceA, varianceB] = [squareA / count - meanA ** 2, squareB / count - meanB ** 2];
  const covariance = product / count - meanA * meanB;
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  return (
    ((2 * meanA * meanB + c1) * (2 * covariance + c2)) / ((meanA ** 2 + meanB ** 2 + c1) * (varianceA + varianceB + c2))
  );
};

/** Mean colour of the upper left, upper right, lower left and lower right quarter. */
export const quadrants = ({ data, width, height, channels }: Raster): readonly (readonly number[])[] => {
  const { floor } = Math;
  const [halfWidth, halfHeight] = [floor(width / 2), floor(height / 2)];
  const colours = channels < 3 ? [0, 0, 0] : [0, 1, 2];
  return [0, 1, 2, 3].map((quarter) => {
    const [left, top] = [(quarter % 2) * halfWidth, floor(quarter / 2) * halfHeight];
    return colours.map((colour) => {
      let sum = 0;
      for (let y = top; y < top + halfHeight; y++) {
        for (let x = left; x < left + halfWidth; x++) sum += data[(y * width + x) * channels + colour] ?? 0;
      }
      return sum / (halfWidth * halfHeight);
    });
  });
};

/** The largest difference of any channel of any quarter. */
export const colourDistance = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number =>
  Math.max(...a.flatMap((colour, quarter) => colour.map((value, at) => Math.abs(value - (b[quarter]?.[at] ?? 0)))));
