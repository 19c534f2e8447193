import { useFileSource } from "../file-source.js";
import { formatCount } from "../format.js";
import { here, setParameters } from "../location.js";
import { session } from "../session.js";

interface RunToolbarProps {
  /** Its correlation id. */
  readonly run: string;
  readonly found: number;
  /** The most calls at the same moment, where that is shown. */
  readonly atOnce: number | undefined;
  readonly onNextMatch: (step: 1 | -1) => void;
  readonly onCollapseAll: () => void;
  readonly onExpandAll: () => void;
}

/** What of a run is shown how. All of it stands in the URL. */
export function RunToolbar({ run, found, atOnce, onNextMatch, onCollapseAll, onExpandAll }: RunToolbarProps) {
  const { parameters } = here.value;
  const isFromFile = useFileSource() !== undefined;
  const query = parameters.get("q") ?? "";
  return (
    <div class="toolbar">
      <input
        type="search"
        data-search
        aria-label="Find an action"
        placeholder="Find an action …"
        value={query}
        onInput={(event) => setParameters({ q: event.currentTarget.value }, { replace: true })}
        onKeyDown={(event) => event.key === "Enter" && onNextMatch(event.shiftKey ? -1 : 1)}
      />
      {query !== "" && <span class="note">{formatCount(found)} found</span>}
      <Toggle name="gaps" value="folded">
        Fold idle time
      </Toggle>
      <Toggle name="critical" value="1">
        Critical path
      </Toggle>
      <Toggle name="parallel" value="1">
        Parallel calls
      </Toggle>
      {atOnce !== undefined && (
        <span class="note">
          {atOnce < 2 ? "none ran beside another" : `at most ${formatCount(atOnce)} at once`}
        </span>
      )}
      <button
        type="button"
        aria-pressed={parameters.has("t")}
        onClick={() => setParameters({ t: parameters.has("t") ? null : 0 })}
      >
        Play back
      </button>
      {!isFromFile && session.value?.run == null && (
        <a class="button" href={`/compare?b=${encodeURIComponent(run)}`}>
          Compare
        </a>
      )}
      <button type="button" onClick={onCollapseAll}>
        Collapse all
      </button>
      <button type="button" onClick={onExpandAll}>
        Expand all
      </button>
      {parameters.has("z") && (
        <button type="button" onClick={() => setParameters({ z: null })}>
          Show the whole time
        </button>
      )}
    </div>
  );
}

type ToggleName = "gaps" | "critical" | "parallel";

/** Sets a parameter of the URL, or removes it. */
export function toggleParameter(name: ToggleName, value: string): void {
  setParameters({ [name]: here.value.parameters.get(name) === value ? null : value });
}

const Toggle = ({
  name,
  value,
  children,
}: {
  readonly name: ToggleName;
  readonly value: string;
  readonly children: string;
}) => (
  <button
    type="button"
    aria-pressed={here.value.parameters.get(name) === value}
    onClick={() => toggleParameter(name, value)}
  >
    {children}
  </button>
);
