// The link to the slides. What they are made of is fetched when somebody wants them: readers of the page do without.
(() => {
  const link = /** @type {HTMLElement | null} */ (document.querySelector(".d2l-slides"));
  const parts = /** @type {HTMLTemplateElement | null} */ (document.querySelector(".d2l-deck-scripts"));
  if (!link || !parts || !document.querySelector("article .cell")) return;
  /** @type {Promise<unknown> | undefined} */
  let loading;
  /** @type {(given: HTMLScriptElement) => Promise<unknown>} */
  const load = ({ src }) => new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src, async: false }); // one after the other
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  const loaded = () => loading ??= Promise.all([...parts.content.querySelectorAll("script")].map(load));

  link.hidden = false;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    await loaded();
    window.d2lSlides?.start();
    /** @type {HTMLElement | null} */
    const next = document.querySelector(".d2l-deck [data-to=next]");
    next?.focus({ preventScroll: true }); // the link is hidden now
  });
  const asked = new URLSearchParams(location.search).get("slides");
  if (asked === null) return;
  const place = asked || location.hash.slice(1).split("?")[0];
  Promise.all([loaded(), document.fonts.ready]).then(() => window.d2lSlides?.start(place)); // what fits depends on the type
})();
