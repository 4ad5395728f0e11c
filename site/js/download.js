// A notebook that is downloaded over http learns where it comes from: its first cell can then install the package from there.

// Returns the text of the notebook that a link of the page offers, with the address of this site's wheel.
/** @type {(link: HTMLAnchorElement) => Promise<string>} */
async function d2lNotebook({ href, dataset }) {
  const wheel = new URL(dataset.wheel ?? "", location.href).href;
  const answer = await fetch(href);
  if (!answer.ok) throw new Error(`${answer.status}: ${href}`);
  return (await answer.text()).replace("SOURCES = [", (begin) => `${begin}\\n    \\"${wheel}\\",`);
}

// Gives the reader a text as a file: a notebook, unless another type is said.
/** @type {(text: string, name: string, type?: string) => void} */
function d2lSave(text, name, type = "application/x-ipynb+json") {
  const href = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // long after the browser has taken it
}

(() => {
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll("a[data-wheel]");
  for (const link of links) {
    link.addEventListener("click", async (event) => {
      if (location.protocol === "file:") return; // the file as it is finds the wheel in the folder of the site
      event.preventDefault();
      const name = new URL(link.href).pathname.split("/").pop() ?? "";
      try { d2lSave(await d2lNotebook(link), name); } catch { location.assign(link.href); }
    });
  }
})();
