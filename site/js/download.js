// What is fetched when a reader wants it: a module that few need, or the notebook of the page. A notebook that is downloaded over
// http learns where it comes from: its first cell can then install the package from there.

// Imports a module that imports no other. For as long as a document lives browsers remember an address that did not come: the
// next try has another one.
/* exported d2lImport */
const d2lImport = (() => {
  /** @type {Record<string, number>} */
  const losses = {};
  /** @type {(address: string) => Promise<any>} */
  return (address) => import(losses[address] ? `${address}?${losses[address]}` : address).catch((error) => {
    losses[address] = (losses[address] ?? 0) + 1;
    throw error;
  });
})();

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
