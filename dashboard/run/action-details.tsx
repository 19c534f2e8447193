import { useEffect, useRef } from "preact/hooks";
import { type ActionRow, apiPath } from "../api.js";
import { useFileSource } from "../file-source.js";
import { formatBytes, formatDuration, formatTime } from "../format.js";
import { pathTo, urlWith } from "../location.js";
import { JsonView } from "../parts/json-view.js";
import { Labels } from "../parts/labels.js";
import { LongText } from "../parts/long-text.js";
import { Failure, Placeholder, Status, statusOf } from "../parts/states.js";
import { useResource } from "../resource.js";

/** Columns that are shown as they are, under these titles, where they have a value. */
const FACTS: readonly (readonly [column: string, title: string])[] = [
  ["agent_name", "Agent"],
  ["agent_version", "Agent version"],
  ["session_id", "Session"],
  ["project_name", "Project"],
  ["working_directory", "Working directory"],
  ["service_name", "Service"],
  ["service_version", "Service version"],
  ["environment", "Environment"],
  ["user_id", "User"],
  ["trigger", "Trigger"],
  ["approved_by", "Approved by"],
  ["approval_method", "Approval method"],
  ["policy", "Policy"],
  ["tool_call_id", "Call id"],
  ["source", "Source"],
  ["producer", "Producer"],
  ["trace_id", "Trace"],
  ["span_id", "Span"],
  ["id", "Action id"],
];

/** Everything that is known of one action. */
export function ActionDetails({
  run,
  id,
  version,
}: {
  readonly run: string;
  readonly id: string;
  readonly version: string;
}) {
  const {
    value: action,
    failure,
    reload,
  } = useResource<ActionRow>(id === "" ? undefined : apiPath(`/actions/${id}`, { run }));
  useReloadOn(version, reload);
  const isFromFile = useFileSource() !== undefined;
  if (failure && !action) return <Failure failure={failure} onRetry={reload} />;
  if (!action) return <Placeholder />;
  return (
    <article class="details" aria-label="Details of the action">
      <header>
        <h2>
          <bdi>{action.action_name}</bdi>
        </h2>
        <p>
          <Status of={statusOf(action)} /> · {action.action_type} · {formatDuration(action.duration_ms)} ·{" "}
          <time dateTime={action.started_at}>{formatTime(action.started_at)}</time>
        </p>
      </header>
      {action.error_message !== null && (
        <section class="error-message">
          <h3>{action.error_type ?? "Error"}</h3>
          <pre>
            <LongText text={action.error_message} />
          </pre>
        </section>
      )}
      {!isFromFile && <Labels subject={`/actions/${action.id}`} of="action" />}
      <section>
        <h3>Details</h3>
        {isEmpty(action.action_details) ? (
          <p class="note">None were recorded.</p>
        ) : (
          <JsonView value={action.action_details} />
        )}
      </section>
      <section>
        <h3>About</h3>
        <dl class="facts">
          {FACTS.map(([column, title]) => {
            const value = action[column];
            return value === null || value === undefined ? null : (
              <div key={column}>
                <dt>{title}</dt>
                <dd>
                  <bdi>{String(value)}</bdi>
                </dd>
              </div>
            );
          })}
          {action.repairs !== null && action.repairs !== undefined && (
            <div>
              <dt>Repairs</dt>
              <dd>
                <bdi>{String(action.repairs)}</bdi>
              </dd>
            </div>
          )}
        </dl>
        {!isFromFile && <ActionLinks id={id} action={action} />}
        {typeof action.details_bytes === "number" && (
          <p class="note">{formatBytes(action.details_bytes)} of details</p>
        )}
      </section>
    </article>
  );
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0);

/** An action that has ended meanwhile is read again. */
function useReloadOn(version: string, reload: () => void): void {
  const shown = useRef(version);
  useEffect(() => {
    if (shown.current !== version) reload();
    shown.current = version;
  }, [version, reload]);
}

/** To what this database has beside the action. */
const ActionLinks = ({ id, action }: { readonly id: string; readonly action: ActionRow }) => (
  <p class="links">
    <a
      href={urlWith(
        { action: id, tab: null, z: null },
        { path: pathTo("runs", action.correlation_id), parameters: new URLSearchParams() },
      )}
    >
      Link to this action
    </a>
    {action.session_id !== null && (
      <a href={`/runs?session=${encodeURIComponent(action.session_id)}&last=all`}>Runs of the session</a>
    )}
    {action.action_type === "tool_call" && (
      <a href={`/actions?tool=${encodeURIComponent(action.action_name)}`}>Calls of this tool</a>
    )}
  </p>
);
