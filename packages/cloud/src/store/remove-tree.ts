// Folders that nobody may write into, and how they go.
import { chmodSync, existsSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Gives this mode to a folder and all folders in it. */
export const setFolderModes = (folder: string, mode: number): void => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) setFolderModes(join(folder, entry.name), mode);
  }
  chmodSync(folder, mode);
};

/** Removes a file or folder, also one with read-only folders in it: only root may empty those. */
export const removeTree = (path: string): void => {
  if (!existsSync(path)) return;
  if (lstatSync(path).isDirectory()) setFolderModes(path, 0o755);
  rmSync(path, { recursive: true, force: true });
};
