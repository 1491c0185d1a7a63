/** Puts the console into the page. */
import { render } from "preact";
import { Console } from "./console.tsx";

const place = document.getElementById("console")!;
place.replaceChildren();
render(<Console />, place);
