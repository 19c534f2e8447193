import { signal } from "@preact/signals";
import { go } from "../location.js";

/** The file that was dropped on the page or chosen last. It stays in the page: nothing sends it. */
export const droppedFile = signal<File | undefined>();

/** Shows a file. What stands in the URL was of the one before. */
export function showFile(file: File | undefined): void {
  if (file === undefined) return;
  droppedFile.value = file;
  go("/file");
}

/** Files may be dropped on every page: the browser would leave the dashboard for them. Returns what ends it. */
export function followDrops(): () => void {
  const over = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };
  const drop = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    showFile(event.dataTransfer.files[0]);
  };
  document.addEventListener("dragover", over);
  document.addEventListener("drop", drop);
  return () => {
    document.removeEventListener("dragover", over);
    document.removeEventListener("drop", drop);
  };
}
