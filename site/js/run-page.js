// The button "Run this page". Nothing of Python is asked for before it is pressed.
(() => {
  /** @type {HTMLElement | null} */
  const place = document.querySelector(".d2l-live[data-live]");
  if (!place) return;
  /** @type {(name: string, hidden: boolean) => void} */
  const hide = (name, hidden) => { document.querySelector(name)?.toggleAttribute("hidden", hidden); };
  const fromFile = location.protocol === "file:";
  document.querySelector(".d2l-lite")?.addEventListener("click", (event) => {
    if (!fromFile) return;
    event.preventDefault(); // it would be an empty page
    hide(".d2l-file", false);
  });
  if (!document.querySelector("article .cell")) return;
  const button = /** @type {HTMLButtonElement} */ (place.querySelector("button"));
  // Whether the server calls a script one: browsers run no module that is labelled as plain text.
  /** @type {(path: string) => Promise<boolean>} */
  const typed = async (path) => {
    const answer = await fetch(path, { method: "HEAD" }).catch(() => undefined);
    return !answer?.ok || /script/.test(answer.headers.get("Content-Type") ?? "");
  };
  place.hidden = false;
  // A document asks for a module once: one that did not come stays lost until the page is opened anew. So the next press
  // does that, and what the browser keeps with the page's entry says to go on there.
  let lost = false;
  const anew = () => {
    history.replaceState({ ...history.state, run: true }, "");
    location.reload();
    return new Promise(() => {});
  };
  const run = async () => {
    if (window.d2lPage) return window.d2lPage;
    if (lost) await anew();
    if (fromFile) {
      hide(".d2l-file", false);
      return undefined;
    }
    button.disabled = true;
    const { edition = "en" } = document.documentElement.dataset;
    const { live, page: name = "", bytes } = place.dataset;
    try {
      /** @type {typeof import("../live/page.js")} */
      const { start } = await import(new URL(`${live}page.js`, document.baseURI).href);
      window.d2lPage = await start(place, { edition, name, bytes: Number(bytes) });
      button.hidden = true;
      hide(".d2l-offer", true);
    } catch (error) {
      lost = true;
      button.disabled = false;
      hide(await typed(`${live}page.js`) ? ".d2l-way" : ".d2l-type", false);
      console.warn(error);
    }
    return window.d2lPage;
  };
  /** @type {Promise<import("../live/page.js").Page | undefined> | undefined} */
  let coming;
  // Resolves to the live page, or to nothing where there can be none, which the page tells.
  window.d2lRun = () => (coming ??= run().finally(() => { coming = undefined; }));
  button.addEventListener("click", async () => {
    (await window.d2lRun?.())?.panel.bar.focus(); // where the button's reader goes on
  });
  if (history.state?.run) {
    history.replaceState({ ...history.state, run: undefined }, "");
    button.click();
  }
})();
