// ipywidgets in a live page: Jupyter's own manager, fetched when a page goes live, talking to the page's Python.

import { dispose, setNoFormulas, tellIdle, whole } from "./internals.js";

/** @typedef {import("./kernel.js").Kernel} Kernel */

const FOLDER = new URL("widgets/", import.meta.url).href;

/** @type {(name: string) => Promise<void>} */
function script(name) {
  return new Promise((resolve, reject) => {
    const node = Object.assign(document.createElement("script"), { src: FOLDER + name });
    node.addEventListener("load", () => resolve());
    node.addEventListener("error", () => reject(new Error(`${name} did not load`)));
    document.head.append(node);
  });
}

/** @type {(name: string) => Promise<{HTMLManager: typeof WidgetManager}>} */
const load = (name) => new Promise((resolve, reject) => { window.requirejs([name], resolve, reject); });

// The bytes of a buffer, or of the part of one that a view shows.
/** @type {(source: ArrayBuffer | ArrayBufferView) => Uint8Array} */
function copied(source) {
  const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(source) ? source : new Uint8Array(source);
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}

// One line between a widget and its Python half, in the form the manager expects.
class Comm {
  target_name = "jupyter.widget";
  sent = 0;
  /** @type {((message: object) => void) | undefined} */ heard;
  /** @type {((message: object) => void) | undefined} */ closed;

  /**
   * @param {Kernel} kernel
   * @param {string} id
   */
  constructor(kernel, id) {
    this.kernel = kernel;
    this.comm_id = id;
  }

  /** @type {(callback: (message: object) => void) => void} */
  on_msg(callback) { this.heard = callback; }

  /** @type {(callback: (message: object) => void) => void} */
  on_close(callback) { this.closed = callback; }

  open() { return ""; }

  close() { return this.say("comm_close", {}); }

  /** @type {(data: object, callbacks?: WidgetCallbacks, metadata?: object, buffers?: ArrayBuffer[]) => string} */
  send(data, callbacks, metadata, buffers) { return this.say("comm_msg", data, callbacks, buffers); }

  /** @type {(kind: string, data: object, callbacks?: WidgetCallbacks, buffers?: (ArrayBuffer | ArrayBufferView)[]) => string} */
  say(kind, data, callbacks, buffers = []) {
    const answer = this.kernel.comm(kind, { comm_id: this.comm_id, data }, buffers.map(copied));
    answer.then(() => tellIdle(callbacks));
    return `${this.comm_id}-${this.sent += 1}`;
  }
}

// What widgets are shown in a page, by their places.
/** @type {WeakMap<Element, WidgetView>} */
const views = new WeakMap();

// Lets the widget of a place take its leave.
/** @type {(box: Element) => void} */
export function forget(box) {
  const view = views.get(box);
  if (view) dispose(view);
}

async function build() {
  await script("require.js");
  window.requirejs.config({ baseUrl: FOLDER, waitSeconds: 60 });
  const { HTMLManager } = await load("@jupyter-widgets/html-manager");

  return class Manager extends HTMLManager {
    /** @type {Map<string, Comm>} */ comms = new Map();

    constructor() {
      super({ loader: load });
      setNoFormulas(this);
    }

    // Takes a message of Python's half; resolves when the next one may come.
    /** @type {(kernel: Kernel, message: WidgetMessage) => Promise<void>} */
    async take(kernel, { type, content, metadata, buffers = [] }) {
      const id = content.comm_id;
      const message = { content, metadata, buffers: buffers.map((part) => new DataView(part.buffer)) };
      if (type === "comm_open") {
        const comm = new Comm(kernel, id);
        this.comms.set(id, comm);
        await this.handle_comm_open(comm, message); // its module may have to load first
      } else if (type === "comm_msg") {
        await this.comms.get(id)?.heard?.(message);
      } else {
        this.comms.get(id)?.closed?.(message);
        this.comms.delete(id);
      }
    }

    /** @type {(id: string, box: Element) => Promise<void>} */
    async show(id, box) {
      const view = await this.create_view(await this.get_model(id));
      await whole(view);
      if (!box.isConnected) { // the cell ran again meanwhile
        view.remove();
        return;
      }
      views.set(box, view);
      await this.display_view(view, box);
    }
  };
}

/** @type {ReturnType<typeof build> | undefined} */
let manager;

// The class of managers; what it needs is fetched once.
export const managers = () => (manager ??= build().catch((error) => {
  manager = undefined; // so that the next Python of this page tries again
  throw error;
}));
