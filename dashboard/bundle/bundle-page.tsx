import { useEffect, useState } from "preact/hooks";
import { FileSourceContext } from "../file-source.js";
import { formatCount, formatTime } from "../format.js";
import { Empty, Placeholder } from "../parts/states.js";
import { LoadedRun } from "../run/run-page.js";
import { droppedFile, showFile } from "./dropped-file.js";
import { type OpenedBundle, openBundle } from "./open-bundle.js";

type State =
  | { readonly is: "none" | "reading" }
  | { readonly is: "refused"; readonly why: string }
  | { readonly is: "open"; readonly bundle: OpenedBundle };

/** A run from a bundle that was dropped on the page or chosen. Nothing of it leaves the page. */
export default function BundlePage() {
  const file = droppedFile.value;
  const [state, setState] = useState<State>({ is: file ? "reading" : "none" });
  useEffect(() => {
    if (file === undefined) return;
    let isCurrent = true;
    const become = (next: State) => isCurrent && setState(next);
    become({ is: "reading" });
    openBundle(file).then(
      (bundle) => become({ is: "open", bundle }),
      (error: unknown) =>
        become({ is: "refused", why: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [file]);
  if (state.is === "reading") return <Placeholder lines={16} />;
  if (state.is !== "open")
    return (
      <Empty title="A run from a file">
        {state.is === "refused" && (
          <p role="alert">
            <bdi>{file?.name}</bdi> is refused. <bdi>{state.why}</bdi>
          </p>
        )}
        <p>
          Drop a bundle anywhere on this page, or choose one. It is read and checked in this page, and sent
          nowhere.
        </p>
        <ChooseFile />
        <p>
          One is made by <code>agent-actions export RUN --format bundle --output FILE</code>
        </p>
      </Empty>
    );
  const { name, contents, tree, source } = state.bundle;
  return (
    <FileSourceContext.Provider value={source}>
      <div class="from-file" role="status">
        <p>
          <strong>From a file, not from this database:</strong> <bdi>{name}</bdi>, made{" "}
          {formatTime(contents.exportedAt)}, {formatCount(contents.actions)} actions. All hashes are right.
        </p>
        <p class="note">
          Not in it:{" "}
          <bdi>
            {contents.leftOut
              .map(({ what, why, count }) => `${what} (${count === undefined ? "" : `${count}, `}${why})`)
              .join("; ")}
          </bdi>
        </p>
      </div>
      <ChooseFile />
      <LoadedRun key={contents.run} tree={tree} />
    </FileSourceContext.Provider>
  );
}

const ChooseFile = () => (
  <label class="choose-file">
    Open a bundle{" "}
    <input
      type="file"
      accept=".json,application/json"
      onChange={({ currentTarget }) => {
        showFile(currentTarget.files?.[0]);
        // The same file, mended meanwhile, is a change again.
        currentTarget.value = "";
      }}
    />
  </label>
);
