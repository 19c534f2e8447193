import type { ComponentType } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useEffect } from "preact/hooks";
import { followDrops } from "./bundle/dropped-file.js";
import { connection } from "./live.js";
import { decodedPart, followLinks, here } from "./location.js";
import { ActionsPage } from "./pages/actions-page.js";
import { DecisionsPage } from "./pages/decisions-page.js";
import { FilesPage } from "./pages/files-page.js";
import { AgentsPage, ErrorsPage, SessionsPage, ToolsPage } from "./pages/grouped-pages.js";
import { LivePage } from "./pages/live-page.js";
import { NoticesPage } from "./pages/notices-page.js";
import { PipelinePage } from "./pages/pipeline-page.js";
import { RunsPage } from "./pages/runs-page.js";
import { SharePage } from "./pages/share-page.js";
import { ViewsPage } from "./pages/views-page.js";
import { HelpDialog } from "./parts/help-dialog.js";
import { SaveView } from "./parts/save-view.js";
import { Empty, Placeholder } from "./parts/states.js";
import { RunPage } from "./run/run-page.js";
import { session } from "./session.js";

/** What few want is loaded when they want it. */
const BundlePage = lazy(() => import("./bundle/bundle-page.js"));
const ComparePage = lazy(() => import("./compare/compare-page.js"));

interface View {
  readonly path: string;
  readonly title: string;
  readonly page: ComponentType;
}

const VIEWS: readonly View[] = [
  { path: "/live", title: "Live", page: LivePage },
  { path: "/runs", title: "Runs", page: RunsPage },
  { path: "/actions", title: "Actions", page: ActionsPage },
  { path: "/agents", title: "Agents", page: AgentsPage },
  { path: "/tools", title: "Tools", page: ToolsPage },
  { path: "/decisions", title: "Decisions", page: DecisionsPage },
  { path: "/files", title: "Files", page: FilesPage },
  { path: "/sessions", title: "Sessions", page: SessionsPage },
  { path: "/errors", title: "Errors", page: ErrorsPage },
  { path: "/pipeline", title: "Pipeline", page: PipelinePage },
  { path: "/compare", title: "Compare", page: ComparePage },
  { path: "/notices", title: "Notices", page: NoticesPage },
  { path: "/views", title: "Views", page: ViewsPage },
  { path: "/file", title: "Open a file", page: BundlePage },
];

/** Where links to one run lead; it stands in no navigation. */
const SHARE: View = { path: "/share", title: "A shared run", page: SharePage };

export function App() {
  const { path } = here.value;
  const view = [...VIEWS, SHARE].find((each) => each.path === path);
  // The holder of a link to one run has nowhere else to go.
  const shared = session.value?.run ?? (path === SHARE.path ? "" : null);
  const run = /^\/runs\/([^/]+)$/.exec(path)?.[1];
  const Page = view?.page;
  useEffect(() => {
    document.title = `${view?.title ?? (run ? "Run" : "Not found")} · agent-actions`;
  }, [view, run]);
  useEffect(() => {
    document.addEventListener("click", followLinks);
    return () => document.removeEventListener("click", followLinks);
  }, []);
  useEffect(followDrops, []);
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <nav class="main-nav" aria-label="Views">
        {shared === null ? (
          <a class="home" href="/runs">
            agent-actions
          </a>
        ) : (
          <span class="home">agent-actions · a shared run</span>
        )}
        {(shared === null ? VIEWS : []).map(({ path: to, title }) => (
          <a
            key={to}
            href={to}
            {...((to === path || (run !== undefined && to === "/runs")) && {
              "aria-current": "page" as const,
            })}
          >
            {title}
          </a>
        ))}
        {shared === null && path !== "/file" && <SaveView />}
        <HelpDialog />
      </nav>
      <main id="main" tabIndex={-1}>
        {connection.value === "away" && (
          <p class="connection away" role="status">
            The service or its Postgres does not respond. What is shown may be old; it goes on by itself.
          </p>
        )}
        {run !== undefined ? (
          <RunPage key={run} run={decodedPart(run)} />
        ) : Page ? (
          <Suspense fallback={<Placeholder />}>
            <Page key={path} />
          </Suspense>
        ) : (
          <Empty title="There is no such page">
            <p>
              <a href="/runs">All runs</a>
            </p>
          </Empty>
        )}
      </main>
    </>
  );
}
