import { render } from "preact";
import { App } from "./app.js";
import { go, here } from "./location.js";

if (here.value.path === "/") go("/runs", { replace: true });
render(<App />, document.getElementById("app") as HTMLElement);
