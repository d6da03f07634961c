// The voice in a worker thread: flite (WASI, its voices inside) told by arguments, answering bytes. No file system:
// what it writes is memory, what it may read is the one input it is given. A new instance for each call, so that no
// text leaves a trace in the next.
"use strict";
const { parentPort, workerData } = require("node:worker_threads");

const NOT_FOUND = 44;
const BAD_DESCRIPTOR = 8;
const NO_SEEK = 70;
const FIRST_FILE = 4; // after the three streams and the folder "." it finds files in
const WAV_HEADER_BYTES = 44;

class Exit extends Error {}

/** A file that grows as it is written; flite goes back to write the length into its header. */
const file = (bytes, size = bytes.length) => ({ bytes, size, at: 0 });

const write = (to, part) => {
  const end = to.at + part.length;
  if (end > to.bytes.length) {
    const more = new Uint8Array(Math.max(end, to.bytes.length * 2, 65_536));
    more.set(to.bytes.subarray(0, to.size));
    to.bytes = more;
  }
  to.bytes.set(part, to.at);
  to.at = end;
  to.size = Math.max(to.size, end);
};

const read = (from, target) => {
  const part = from.bytes.subarray(from.at, Math.min(from.size, from.at + target.length));
  target.set(part);
  from.at += part.length;
  return part.length;
};

/** The 13 calls of WASI preview 1 that it imports; `memory` is there once it is instantiated. */
const wasi = (args, files, memory) => {
  const view = () => new DataView(memory().buffer);
  const slice = (at, length) => new Uint8Array(memory().buffer, at, length);
  const word = (at, value) => (view().setUint32(at, value, true), 0);
  const strings = args.map((arg) => Buffer.from(`${arg}\0`));
  /** Applies `move` to each buffer of a vector and stores how many bytes it moved. */
  const vector = (at, count, { move, moved }) => {
    let sum = 0;
    for (let index = 0; index < count; index++) {
      const [start, length] = [0, 4].map((offset) => view().getUint32(at + 8 * index + offset, true));
      sum += move(slice(start, length));
    }
    return word(moved, sum);
  };
  return {
    args_sizes_get: (count, bytes) => word(count, args.length) || word(bytes, Buffer.concat(strings).length),
    args_get: (pointers, at) => {
      for (const [index, string] of strings.entries()) {
        word(pointers + 4 * index, at);
        slice(at, string.length).set(string);
        at += string.length;
      }
      return 0;
    },
    clock_time_get: (_id, _precision, at) => (view().setBigUint64(at, 0n, true), 0),
    fd_close: () => 0,
    fd_fdstat_get: (fd, at) => {
      const types = [2, 2, 2, 3]; // character devices, a folder, then regular files
      slice(at, 24)
        .fill(0)
        .set([types[fd] ?? 4]);
      slice(at + 8, 16).fill(0xff); // all rights
      return 0;
    },
    fd_fdstat_set_flags: () => 0,
    fd_prestat_get: (fd, at) => (fd === 3 ? word(at, 0) || word(at + 4, 1) : BAD_DESCRIPTOR),
    fd_prestat_dir_name: (_fd, at) => (slice(at, 1).set(Buffer.from(".")), 0),
    fd_read: (fd, at, count, moved) =>
      files[fd] ? vector(at, count, { moved, move: (target) => read(files[fd], target) }) : BAD_DESCRIPTOR,
    fd_seek: (fd, offset, whence, at) => {
      const target = files[fd];
      if (target === undefined || fd < FIRST_FILE) return NO_SEEK;
      target.at = [0, target.at, target.size][whence] + Number(offset);
      view().setBigUint64(at, BigInt(target.at), true);
      return 0;
    },
    fd_write: (fd, at, count, moved) =>
      files[fd] ? vector(at, count, { moved, move: (part) => (write(files[fd], part), part.length) }) : BAD_DESCRIPTOR,
    path_open: (...call) => {
      const [at, length, opened] = [call[2], call[3], call[8]];
      const fd = FIRST_FILE + ["input", "output"].indexOf(Buffer.from(slice(at, length)).toString());
      return fd < FIRST_FILE ? NOT_FOUND : word(opened, fd);
    },
    proc_exit: (code) => {
      throw new Exit(String(code));
    },
  };
};

/** Runs it once; its files are named "input" and "output". */
const run = ({ args, input }) => {
  const nothing = () => file(new Uint8Array());
  const [stdout, output] = [nothing(), nothing()];
  const files = [nothing(), stdout, nothing(), undefined, file(Buffer.from(input ?? "")), output];
  const imports = wasi(["flite", ...args], files, () => exports.memory);
  const { exports } = new WebAssembly.Instance(workerData, { wasi_snapshot_preview1: imports });
  try {
    exports._start();
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    if (error.message !== "0") throw new Error(`flite ended with code ${error.message}`, { cause: error });
  }
  const samples = output.bytes.slice(Math.min(WAV_HEADER_BYTES, output.size), output.size);
  return { printed: Buffer.from(stdout.bytes.subarray(0, stdout.size)).toString(), samples, memoryBytes: exports.memory.buffer.byteLength }; // prettier-ignore
};

parentPort.on("message", (call) => {
  try {
    const result = run(call);
    parentPort.postMessage({ result }, [result.samples.buffer]);
  } catch (error) {
    parentPort.postMessage({ error }, []);
  }
});
