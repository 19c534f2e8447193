import { render } from "preact";
import { App } from "./app.js";
import { go, here } from "./location.js";
import { followSession } from "./session.js";

if (here.value.path === "/") go("/runs", { replace: true });
followSession();
render(<App />, document.getElementById("app") as HTMLElement);
