import { useState } from "preact/hooks";
import { formatCount, formatDuration } from "../format.js";
import { here, pathTo, setParameters } from "../location.js";
import { Empty, Failure } from "../parts/states.js";
import { DifferenceRow } from "./difference-row.js";
import type { ComparisonReport } from "./protocol.js";
import { useComparison } from "./use-comparison.js";

/** Two runs held against each other. Which stands in the URL: `a` and `b`, and `exact`. */
export default function ComparePage() {
  const { parameters } = here.value;
  const [a, b] = [parameters.get("a") ?? "", parameters.get("b") ?? ""];
  const exact = parameters.get("exact") === "1";
  const request = a === "" || b === "" ? undefined : { a, b, exact };
  const { report, names, read, failure, retry } = useComparison(request);
  return (
    <div class="page compare">
      <h1>Compare two runs</h1>
      <RunsForm key={`${a} ${b}`} a={a} b={b} exact={exact} />
      {failure && <Failure failure={failure} onRetry={retry} />}
      {(a === "" || b === "") && (
        <Empty title="Two runs are needed">
          <p>
            Name both by their correlation ids: <a href="/runs">runs</a> lists them.
          </p>
        </Empty>
      )}
      {a !== "" && b !== "" && !report && !failure && (
        <p role="status">Comparing: {formatCount(read)} actions are read …</p>
      )}
      {report && names && <Report report={report} names={names} />}
    </div>
  );
}

function RunsForm({ a, b, exact }: { readonly a: string; readonly b: string; readonly exact: boolean }) {
  const [runs, setRuns] = useState({ a, b });
  const field = (side: "a" | "b") => (
    <label>
      Run {side.toUpperCase()}
      <input
        name={side}
        value={runs[side]}
        placeholder="Correlation id"
        onInput={(event) => setRuns({ ...runs, [side]: event.currentTarget.value.trim() })}
      />
    </label>
  );
  return (
    <form
      class="compare-form"
      onSubmit={(event) => {
        event.preventDefault();
        setParameters(runs);
      }}
    >
      {field("a")}
      {field("b")}
      <button type="submit">Compare</button>
      <button
        type="button"
        aria-pressed={exact}
        title="Otherwise ids, times, temporary paths and ports do not count"
        onClick={() => setParameters({ exact: exact ? null : 1 })}
      >
        Exact values
      </button>
    </form>
  );
}

function Report({
  report,
  names,
}: {
  readonly report: ComparisonReport;
  readonly names: readonly [string, string];
}) {
  const { counts } = report;
  const figures: readonly (readonly [number, string])[] = [
    [counts.same, "the same"],
    [counts.other_input, "with another input"],
    [counts.moved, "moved"],
    [counts.unordered, "in another order"],
    [counts.other_outcome, "with another outcome"],
    [counts.only_a, "only in A"],
    [counts.only_b, "only in B"],
  ];
  return (
    <>
      <div class="table-scroller">
        <table class="data">
          <caption class="note">The two runs</caption>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col" class="number">
                Actions
              </th>
              <th scope="col" class="number">
                Failed
              </th>
              <th scope="col" class="number">
                Duration
              </th>
              <th scope="col" class="number">
                Tokens in, out
              </th>
            </tr>
          </thead>
          <tbody>
            {[report.a, report.b].map((run, side) => (
              <tr key={String(side)}>
                <th scope="row">
                  {side === 0 ? "A" : "B"}{" "}
                  <a href={pathTo("runs", run.run)}>
                    <bdi>{names[side]}</bdi>
                  </a>
                </th>
                <td class="number">{formatCount(run.actions)}</td>
                <td class="number">{formatCount(run.failed)}</td>
                <td class="number">{formatDuration(run.duration)}</td>
                <td class="number">
                  {run.inputTokens ?? "–"}, {run.outputTokens ?? "–"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p role="status" data-counts>
        {report.equal && <strong>Nothing differs. </strong>}
        {figures
          .filter(([count], index) => count > 0 || index === 0)
          .map(([count, what]) => `${formatCount(count)} ${what}`)
          .join(" · ")}
      </p>
      {report.not_comparable.map(({ because }) => (
        <p key={because} class="note">
          Not comparable: <bdi>{because}</bdi>
        </p>
      ))}
      <ol class="compare-rows">
        {report.differences.map((difference, index) => (
          <DifferenceRow key={String(index)} difference={difference} a={report.a.run} b={report.b.run} />
        ))}
      </ol>
      {report.differences_left_out > 0 && (
        <p class="note">
          {formatCount(report.differences_left_out)} more: agent-actions diff shows all of them.
        </p>
      )}
      <Tools report={report} />
      <p class="note">
        {report.normalisation.texts.length === 0
          ? "Values were compared as they are."
          : `Not compared: ${report.normalisation.texts.map(({ name }) => name).join(", ")}, and what stands under ${report.normalisation.keys.join(", ")}.`}
      </p>
    </>
  );
}

const shownP = (p: number): string => (p < 0.001 ? "< 0.001" : p.toFixed(2));

const Tools = ({ report }: { readonly report: ComparisonReport }) => (
  <div class="table-scroller">
    <table class="data">
      <caption class="note">Tools: calls, failures, median durations, and whether those differ</caption>
      <thead>
        <tr>
          {["Tool", "Calls A", "Calls B", "Failed A", "Failed B", "Median A", "Median B", "Durations"].map(
            (title, index) => (
              <th key={title} scope="col" {...(index > 0 && { class: "number" })}>
                {title}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {report.tools.map(({ tool, a, b, durations }) => (
          <tr key={tool}>
            <th scope="row">
              <bdi>{tool}</bdi>
            </th>
            <td class="number">{formatCount(a.calls)}</td>
            <td class="number">{formatCount(b.calls)}</td>
            <td class="number">{formatCount(a.failed)}</td>
            <td class="number">{formatCount(b.failed)}</td>
            <td class="number">{formatDuration(a.medianDuration)}</td>
            <td class="number">{formatDuration(b.medianDuration)}</td>
            <td class="number">
              {durations ? `p ${shownP(durations.p)}, effect ${durations.effect.toFixed(2)}` : "–"}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
