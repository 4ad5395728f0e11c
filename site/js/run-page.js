// The button "Run this page". Nothing of Python is asked for before it is pressed.
(() => {
  const place = document.querySelector(".d2l-live[data-live]");
  if (!place || !document.querySelector("article .cell")) return;
  const button = place.querySelector("button"), note = place.querySelector(".d2l-offer");
  place.hidden = false;
  button.addEventListener("click", async () => {
    if (location.protocol === "file:") {
      place.querySelector(".d2l-file").hidden = false;
      return;
    }
    button.disabled = true;
    const { edition } = document.documentElement.dataset;
    try {
      const { start } = await import(new URL(`${place.dataset.live}page.js`, document.baseURI));
      window.d2lPage = await start(place, { edition, name: place.dataset.page, bytes: Number(place.dataset.bytes) });
      button.hidden = note.hidden = true;
      window.d2lPage.panel.bar.focus(); // where the button's reader goes on
    } catch (error) {
      button.disabled = false;
      place.querySelector(".d2l-way").hidden = false;
      console.warn(error);
    }
  });
})();
