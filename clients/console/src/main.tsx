/** Puts the sidebar into the page. */
import { render } from "preact";
import { Sidebar } from "./sidebar.tsx";

const place = document.getElementById("sidebar")!;
place.replaceChildren();
render(<Sidebar />, place);
