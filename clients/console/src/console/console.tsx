/** The whole console: its navigation, who is signed in, and the page that is open. */
import { Fragment } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { clientOf } from "../case.ts";
import { SignIn } from "../sign_in.tsx";
import { Stranger } from "./asked.ts";
import { PAGES } from "./pages.tsx";
import { linkTo, usePlace } from "./place.ts";
import { KeptDrafts, useDrafts } from "./policy/edit/drafts.ts";

export function Console() {
  // Nowhere but here: with the page, the key is gone.
  const [signed, setSigned] = useState({ token: "" });
  const [isStranger, setStranger] = useState(false);
  const place = usePlace();
  const drafts = useDrafts();
  const amends = useMemo(() => clientOf(signed.token), [signed]);
  const page = PAGES.find(({ path }) => path === place.page);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${page?.name ?? "Not here"} · Amends console`;
    if (!first.current) {
      main.current?.focus();
    }
    first.current = false;
  }, [place.page, place.within]);

  return (
    <Stranger.Provider value={() => setStranger(true)}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <header class="top">
        <p class="name">Amends</p>
        <nav aria-label="Pages">
          {PAGES.map(({ path, name }) => (
            <a key={path} href={linkTo(path)} {...(page?.path === path && { "aria-current": "page" as const })}>
              {name}
            </a>
          ))}
        </nav>
        {signed.token && (
          <button type="button" onClick={() => location.reload()}>
            Sign out
          </button>
        )}
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {isStranger && (
          <div class="signing">
            <SignIn
              onSign={(said) => {
                setStranger(false);
                setSigned({ token: said });
              }}
            />
          </div>
        )}
        {/* Hidden, not gone: what was typed there is still there for who signs in anew. */}
        <div hidden={isStranger}>
          <KeptDrafts.Provider value={drafts}>
            <Fragment key={place.address}>
              {page ? page.draw({ amends, token: signed.token, within: place.within, asked: place.asked }) : <NoSuchPage />}
            </Fragment>
          </KeptDrafts.Provider>
        </div>
      </main>
    </Stranger.Provider>
  );
}

function NoSuchPage() {
  return (
    <>
      <h1>There is no such page</h1>
      <p>The pages are those above.</p>
    </>
  );
}
