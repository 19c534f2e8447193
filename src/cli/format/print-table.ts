import type { Output } from "../framework/output.js";
import { type Column, renderTable } from "./table.js";

/** A table with a head, indented by two blanks. */
export function printTable(
  out: Output,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: readonly Column[] = head.map(() => ({})),
): void {
  for (const line of renderTable([head.map(out.style.dim), ...rows], columns)) out.result(`  ${line}`);
}
