import { largeResultsOf } from "../../src/event/large-result.js";
import type { ActionRow } from "../api.js";
import { apiPath } from "../api.js";
import { useFileSource } from "../file-source.js";
import { formatBytes, formatTime } from "../format.js";
import { setParameters } from "../location.js";
import { FileLink, type FileRow, fileKey } from "../pages/file-columns.js";
import { type Column, DataTable } from "../parts/data-table.js";
import { JsonView } from "../parts/json-view.js";
import { LongText } from "../parts/long-text.js";
import { Status, statusOf } from "../parts/states.js";
import { type Rows, useRows } from "../resource.js";
import { session } from "../session.js";

/** Of an action as it is so many characters are shown at once. */
const MAX_RAW = 20_000;

const select = (id: string) => setParameters({ action: id, tab: null });

/** A link to an action of this run. */
function ActionLink({ action }: { readonly action: ActionRow }) {
  return (
    <button type="button" class="link" onClick={() => select(action.id)}>
      <bdi>{action.action_name}</bdi>
    </button>
  );
}

/** What the agent did and got back, as a text that is read from top to bottom. */
export function Transcript({ run }: { readonly run: string }) {
  const rows = useRows<ActionRow>(apiPath("/actions", { run, limit: 100 }));
  // The API gives the latest first; a transcript begins at the beginning.
  const inOrder: Rows<ActionRow> = { ...rows, rows: rows.rows.toReversed() };
  return (
    <div class="transcript">
      {rows.more && (
        <button type="button" class="more" onClick={rows.more}>
          Show earlier actions
        </button>
      )}
      <ol>
        {inOrder.rows.map((action) => (
          <li key={action.id} class={action.action_type}>
            <header>
              <bdi>{action.agent_name}</bdi> <span class="note">{action.action_type.replace("_", " ")}</span>{" "}
              <ActionLink action={action} /> <Status of={statusOf(action)} />{" "}
              <span class="note">{formatTime(action.started_at)}</span>
            </header>
            <JsonView value={action.action_details} depth={1} />
            {action.error_message !== null && (
              <pre class="error-message">
                <LongText text={action.error_message} />
              </pre>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

export function RunDecisions({ run }: { readonly run: string }) {
  const rows = useRows<ActionRow>(apiPath("/actions", { run, type: "decision" }));
  return (
    <DataTable
      label="Decisions of the run"
      rows={rows}
      keyOf={({ id }) => id}
      empty={
        <p>This run recorded no decisions: logDecision records one, with its alternatives and its reason.</p>
      }
      columns={[
        {
          name: "decision",
          title: "Decision, context and result",
          cell: (action) => (
            <>
              <ActionLink action={action} /> <Status of={statusOf(action)} />
              <div class="names note">
                <bdi>{action.agent_name}</bdi>
                {action.approved_by !== null && (
                  <span>
                    approved by <bdi>{action.approved_by}</bdi>
                  </span>
                )}
              </div>
              <JsonView value={action.action_details} depth={1} />
            </>
          ),
        },
      ]}
    />
  );
}

/** Beside the tree there is room for one column. */
const RUN_FILE_COLUMNS: readonly Column<FileRow>[] = [
  {
    name: "path",
    title: "File, and what was done to it",
    cell: (row) => (
      <>
        <FileLink of={row} />
        <div class="names note">
          <button type="button" class="link" onClick={() => select(row.action_id)}>
            {row.operation_type}
          </button>
          <bdi>{row.agent_name}</bdi>
          {row.success !== null && <Status of={row.success ? "ok" : "error"} />}
          {row.content_changed === false && "unchanged"}
          <time dateTime={row.started_at}>{formatTime(row.started_at)}</time>
        </div>
      </>
    ),
  },
];

export function RunFiles({ run }: { readonly run: string }) {
  const rows = useRows<FileRow>(apiPath("/files", { run }));
  return (
    <DataTable
      label="Files of the run"
      rows={rows}
      keyOf={fileKey}
      empty={<p>No tool of this run worked on a file that is known as one.</p>}
      columns={RUN_FILE_COLUMNS}
    />
  );
}

/** The action as the API returns it, with links to contents that are too large for it. */
export function RawAction({ action }: { readonly action: ActionRow }) {
  // Of a shared run the browser has its secret in no cookie, so a link would not be let in.
  const isShared = session.value?.run != null;
  const isFromFile = useFileSource() !== undefined;
  const whole = isShared || isFromFile ? [] : [...largeResultsOf(action.action_details)];
  return (
    <>
      {whole.map(([member, { bytes }]) => (
        <p key={member} class="note">
          <a
            href={apiPath(`/actions/${action.id}/contents/${member}`)}
            download={`${action.id}-${member}.json`}
          >
            whole {member} ({formatBytes(bytes)})
          </a>
        </p>
      ))}
      <pre class="raw">
        <LongText text={JSON.stringify(action, null, 2)} first={MAX_RAW} />
      </pre>
    </>
  );
}
