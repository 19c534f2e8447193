import { Empty } from "../parts/states.js";

/** Nothing detects anything yet: the page says so, and does not look as if all were well. */
export const NoticesPage = () => (
  <>
    <header class="page-header">
      <h1>Notices</h1>
    </header>
    <Empty title="Nothing watches yet">
      <p>
        Loops, silence and regressions are not detected by this version. What failed is under{" "}
        <a href="/errors">Errors</a>, what is missing under <a href="/pipeline">Pipeline</a>.
      </p>
    </Empty>
  </>
);
