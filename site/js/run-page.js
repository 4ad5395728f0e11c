// The button "Run this page". Nothing of Python is asked for before it is pressed.
(() => {
  /** @type {HTMLElement | null} */
  const place = document.querySelector(".d2l-live[data-live]");
  if (!place || !document.querySelector("article .cell")) return;
  const button = /** @type {HTMLButtonElement} */ (place.querySelector("button"));
  /** @type {(name: string, hidden: boolean) => void} */
  const hide = (name, hidden) => { place.querySelector(name)?.toggleAttribute("hidden", hidden); };
  place.hidden = false;
  button.addEventListener("click", async () => {
    if (location.protocol === "file:") {
      hide(".d2l-file", false);
      return;
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
      window.d2lPage.panel.bar.focus(); // where the button's reader goes on
    } catch (error) {
      button.disabled = false;
      hide(".d2l-way", false);
      console.warn(error);
    }
  });
})();
