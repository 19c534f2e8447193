import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A panel or an alert: its SQL with Grafana's macros, and what the comments at its head say. */
export interface GrafanaQuery {
  /** The file, from the project's folder. */
  readonly path: string;
  readonly name: string;
  readonly title: string;
  /** Of a panel how it is shown, of an alert above which number it fires. */
  readonly setting: string;
  readonly sql: string;
}

const FOLDER = "docs/grafana";
const DATASOURCE = { type: "grafana-postgresql-datasource", uid: "agent-actions" };

export const panelsOf = (dashboard: string): readonly GrafanaQuery[] =>
  queriesIn(join(FOLDER, "panels", dashboard), "as");

export const alertQueries = (): readonly GrafanaQuery[] => queriesIn(join(FOLDER, "alerts"), "above");

export const dashboardNames = (): readonly string[] => readdirSync(join(FOLDER, "panels")).sort();

/** What stands in `docs/grafana` and is made from its SQL files: the path, and what has to stand there. */
export function grafanaFiles(): ReadonlyMap<string, string> {
  const files = dashboardNames().map((name): [string, unknown] => [
    `${FOLDER}/dashboards/${name}.json`,
    dashboard(name, panelsOf(name)),
  ]);
  files.push([`${FOLDER}/provisioning/alerting/agent-actions.json`, alerting(alertQueries())]);
  return new Map(files.map(([path, value]) => [path, `${JSON.stringify(value, null, 2)}\n`]));
}

function queriesIn(folder: string, setting: string): readonly GrafanaQuery[] {
  const head = new RegExp(`^-- title: (.+)\\n-- ${setting}: (.+)\\n`);
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const path = join(folder, file);
      const text = readFileSync(path, "utf8");
      const [all = "", title = "", value = ""] = head.exec(text) ?? [];
      if (all === "") throw new Error(`${path} does not begin with -- title: and -- ${setting}:`);
      const name = file.replace(/^\d+-/, "").replace(/\.sql$/, "");
      return { path, name, title, setting: value, sql: text.slice(all.length).trim() };
    });
}

/** Two panels beside each other, in the order of their files. */
function dashboard(name: string, panels: readonly GrafanaQuery[]): object {
  return {
    uid: `agent-actions-${name}`,
    title: `Agent actions: ${name}`,
    tags: ["agent-actions"],
    timezone: "browser",
    schemaVersion: 39,
    editable: true,
    refresh: "1m",
    time: { from: "now-24h", to: "now" },
    panels: panels.map(({ title, setting, sql }, index) => ({
      id: index + 1,
      type: setting,
      title,
      datasource: DATASOURCE,
      gridPos: { h: 9, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 9 },
      fieldConfig: { defaults: {}, overrides: [] },
      options: {},
      targets: [
        {
          refId: "A",
          datasource: DATASOURCE,
          editorMode: "code",
          rawQuery: true,
          format: setting === "timeseries" ? "time_series" : "table",
          rawSql: sql,
        },
      ],
    })),
  };
}

function alerting(alerts: readonly GrafanaQuery[]): object {
  return {
    apiVersion: 1,
    groups: [
      {
        orgId: 1,
        name: "agent-actions",
        folder: "Agent actions",
        interval: "1m",
        rules: alerts.map(alertRule),
      },
    ],
  };
}

const alertRule = ({ name, title, setting, sql }: GrafanaQuery): object => ({
  uid: `agent-actions-${name}`,
  title,
  condition: "B",
  for: "2m",
  noDataState: "Alerting",
  execErrState: "Error",
  labels: { source: "agent-actions" },
  data: [
    {
      refId: "A",
      datasourceUid: DATASOURCE.uid,
      relativeTimeRange: { from: 900, to: 0 },
      model: { refId: "A", editorMode: "code", rawQuery: true, format: "table", rawSql: sql },
    },
    {
      refId: "B",
      datasourceUid: "__expr__",
      relativeTimeRange: { from: 0, to: 0 },
      model: {
        refId: "B",
        type: "threshold",
        expression: "A",
        conditions: [{ evaluator: { type: "gt", params: [Number(setting)] } }],
      },
    },
  ],
});
