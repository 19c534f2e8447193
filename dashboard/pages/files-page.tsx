import type { Filter } from "../parts/filter-bar.js";
import { FILE_COLUMNS, type FileRow, fileKey } from "./file-columns.js";
import { ListPage } from "./list-page.js";

const FILTERS: readonly Filter[] = [
  { name: "path", label: "Path" },
  { name: "name", label: "File name" },
  { name: "agent", label: "Agent" },
  { name: "tool", label: "Tool" },
  { name: "run", label: "Run" },
  {
    name: "operation",
    label: "Operation",
    values: ["read", "write", "edit", "glob", "grep", "delete", "create"],
  },
];

/** What agents did to files; with one path, its history over all agents. */
export const FilesPage = () => (
  <ListPage<FileRow>
    title="Files"
    path="/files"
    filters={FILTERS}
    columns={FILE_COLUMNS}
    keyOf={fileKey}
    empty={<p>No tool worked on a file in this time, as far as its name and parameters tell.</p>}
  />
);
