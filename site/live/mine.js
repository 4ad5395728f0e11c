// "My notebook": the notebook that the page offers for download, with the reader's own code in the place of the book's.

/** @typedef {{cell_type: string, id?: string, metadata: {id?: string}, source: string | string[], outputs?: object[], execution_count?: number | null}} NotebookCell */
/** @typedef {{cells: NotebookCell[], metadata: {d2l?: object}, nbformat: number, nbformat_minor: number}} Notebook */

/** @type {(text: string) => string[]} */
const lines = (text) => text.split(/(?<=\n)/);

// Puts the codes of cells, by their ids, into a notebook. What a changed cell showed is stale, and so is all that comes after
// it; solutions and everything else stay. Code of cells that the book no longer has comes at the end. The checks that passed in
// this browser, each with the hash of its code, stand in the metadata by a name that says who says so: it is no proof.
/** @type {(notebook: Notebook, codes: Map<string, string>, homeless: Map<string, string>, solved: Map<string, string>) => Notebook} */
export function fill(notebook, codes, homeless, solved) {
  let stale = false;
  const left = new Map([...codes, ...homeless]);
  const cells = notebook.cells.map((cell) => {
    const id = cell.id ?? cell.metadata.id ?? "", code = left.get(id);
    if (cell.cell_type !== "code") return cell;
    if (code !== undefined) stale = true;
    left.delete(id);
    const shown = stale ? { outputs: [], execution_count: null } : {};
    return { ...cell, ...(code === undefined ? {} : { source: lines(code) }), ...shown };
  });
  for (const [id, code] of left) {
    const mine = { cell_type: "code", id: `mine-${id}`, metadata: {}, source: lines(code), outputs: [], execution_count: null };
    cells.push(mine);
  }
  const d2l = { ...notebook.metadata.d2l, browser_says_passed: Object.fromEntries(solved) };
  return { ...notebook, cells, metadata: { ...notebook.metadata, d2l } };
}

// Gives the reader the notebook of a link, filled, as a file.
/** @type {(link: HTMLAnchorElement, name: string, ...mine: [codes: Map<string, string>, homeless: Map<string, string>, solved: Map<string, string>]) => Promise<void>} */
export async function save(link, name, ...mine) {
  const filled = fill(JSON.parse(await d2lNotebook(link)), ...mine);
  d2lSave(`${JSON.stringify(filled, null, 1)}\n`, `my-${name.replaceAll("/", "-")}.ipynb`);
}
