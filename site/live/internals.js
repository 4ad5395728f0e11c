// All that leans on what others do not promise: a new version of Pyodide or of Jupyter's widget manager is tried here first.
// (worker.js counts bytes besides, since Pyodide fetches by the worker's own `fetch`.)

// Calls when Python can do nothing any more, after too deep a recursion or os._exit.
/** @type {(pyodide: Pyodide, call: (error: unknown) => void) => void} */
export const whenEnded = (pyodide, call) => { pyodide._api.on_fatal = call; };

// While Python runs, Pyodide looks again and again at the one element of its "interrupt buffer", and puts 0 there when it has
// seen a signal. That is meant for shared memory; here `look` computes the element, and what is put there is of no use.
/** @type {(pyodide: Pyodide, look?: () => number) => void} */
export const interruptBy = (pyodide, look) => {
  pyodide.setInterruptBuffer(look && { get 0() { return look(); }, set 0(_) { /* see above */ } });
};

// Lets Python read a file of the reader's where it lies: nothing of it is copied, and of a large one what is asked for is
// read. A file that is gone, or was changed, is an error of the disk for Python; WORKERFS alone would end Python.
/** @type {(pyodide: Pyodide, reader: SyncReader, folder: string, name: string, file: File) => void} */
export const lend = ({ FS }, reader, folder, name, file) => {
  const { WORKERFS } = FS.filesystems, EIO = 29;
  WORKERFS.reader = {
    readAsArrayBuffer(slice) {
      try { return reader.readAsArrayBuffer(slice); } catch { throw new FS.ErrnoError(EIO); }
    },
  };
  FS.mkdirTree(folder);
  FS.mount(WORKERFS, { blobs: [{ name, data: file }] }, folder);
};

// Formulas in a widget's label: the manager's typesetter would come from another host, so the source stands there.
/** @type {(manager: WidgetManager) => void} */
export const setNoFormulas = (manager) => { manager.renderMime.latexTypesetter = { typeset() { /* nothing */ } }; };

// Resolves when all the parts of a widget's view are there; one whose parts still come cannot be removed.
/** @type {(view: WidgetView) => Promise<void>} */
export const whole = async (view) => {
  const parts = await Promise.all(view.children_views?.views ?? []);
  await Promise.all(parts.map(whole));
};

/** @type {(view: WidgetView) => void} */
export const dispose = (view) => view.luminoWidget.dispose();

// Tells a widget that Python is idle again: its manager holds back the next change of a slider until then.
/** @type {(callbacks?: WidgetCallbacks) => void} */
export const tellIdle = (callbacks) => callbacks?.iopub?.status?.({ content: { execution_state: "idle" } });
