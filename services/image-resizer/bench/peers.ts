// The same six files made by what people use instead; undefined where it is not installed.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const pillow = `
import sys, resource
from PIL import Image, ImageOps
def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1000
started = cpu()
upright = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB")
for width in (1920, 1024, 480):
    size = (width, round(upright.height * width / upright.width))
    resized = upright.resize(size, Image.LANCZOS)
    resized.save(f"{sys.argv[2]}/pillow-{width}.jpg", quality=80, optimize=True)
    resized.save(f"{sys.argv[2]}/pillow-{width}.webp", quality=80, method=2)
print(cpu() - started)
`;

/** CPU milliseconds of Pillow at our settings. */
export const pillowCpuMs = (file: string, folder: string): number | undefined => {
  const { status, stdout } = spawnSync("python3", ["-c", pillow, file, folder], { encoding: "utf8" });
  return status === 0 ? Number(stdout) : undefined;
};

const thumbnails = (file: string, folder: string): string =>
  [1920, 1024, 480]
    .flatMap((width) => ["jpg[Q=80,optimize_coding]", "webp[Q=80,effort=2]"].map((format) => ({ width, format })))
    .map(({ width, format }) => `vipsthumbnail '${file}' -s ${width}x -o '${join(folder, `vips-${width}.${format}`)}'`)
    .join(" && ");

/** CPU milliseconds of six vipsthumbnail processes at our settings. */
export const vipsCpuMs = (file: string, folder: string): number | undefined => {
  const script = `TIMEFORMAT='%U %S'; time (${thumbnails(file, folder)})`;
  const env = { ...process.env, VIPS_CONCURRENCY: "1" };
  const { status, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8", env });
  const seconds = stderr.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  return status === 0 ? seconds.reduce((sum, each) => sum + each, 0) * 1000 : undefined;
};
