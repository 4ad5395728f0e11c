// What the worker and the pages say to each other, and what both use of others' work, as far as they use it.

// ---- between the worker and its pages

type Output =
  | { output_type: "stream"; name: string; text: string }
  | { output_type: "error"; ename: string; evalue: string; lines?: string[]; traceback: string[] }
  | { output_type: "clear_output"; wait: boolean }
  | Shown;

// The forms of an object by their MIME types: JSON of whatever library shows it.
type Shown = {
  output_type: "display_data" | "execute_result" | "update_display_data";
  data: Record<string, any>;
  display_id?: string;
};

type WidgetMessage = {
  type: "comm_open" | "comm_msg" | "comm_close";
  content: { comm_id: string };
  metadata: object;
  buffers?: Uint8Array<ArrayBuffer>[];
};

type FromWorker =
  | { type: "state"; state: "loading" | "starting" | "ready" | "failed" | "ended"; loaded?: number; reason?: string }
  | { type: "output"; cell: string; output: Output }
  | { type: "verdict"; cell: string; passed: boolean }
  | { type: "heeded"; patience: number }
  | { type: "done"; id: number; ok: boolean; reason?: string }
  | { type: "seen" }
  | { type: "apart" }
  | WidgetMessage;

// ---- Python in the worker: Pyodide, and the Session of live_session.py

// What reads slices of files in a worker.
interface SyncReader { readAsArrayBuffer(slice: Blob): ArrayBuffer }

interface Pyodide {
  _api: { on_fatal?: (error: unknown) => void };
  FS: {
    ErrnoError: new (code: number) => Error;
    filesystems: { WORKERFS: { reader?: SyncReader } };
    analyzePath(path: string, follow?: boolean): { exists: boolean };
    mkdirTree(path: string): void;
    mount(kind: object, options: { blobs: { name: string; data: Blob }[] }, folder: string): void;
    symlink(target: string, path: string): void;
    unlink(path: string): void;
    writeFile(path: string, text: string): void;
  };
  loadPackagesFromImports(code: string): Promise<unknown>;
  pyimport(name: "live_terminal"): void;
  pyimport(name: "live_session"): { boot(post: (client: number, text: string, buffers: unknown) => void): Promise<Session> };
  runPython(code: string): string;
  setInterruptBuffer(buffer?: { 0: number }): void;
  toPy(value: unknown): object;
}

interface Session {
  execute(client: number, page: string, language: string, cell: string, code: string): Promise<boolean>;
  hear(client: number, page: string, language: string, kind: string, content: string, buffers: object): void;
  imports(code: string): string;
  left(client: number): void;
  stop(): void;
}

// ---- Jupyter's widget manager, packed for require.js

interface WidgetCallbacks {
  iopub?: { status?: (message: { content: { execution_state: string } }) => void };
}

interface WidgetView {
  children_views?: { views: Promise<WidgetView>[] };
  luminoWidget: { dispose(): void };
  remove(): void;
}

declare class WidgetManager {
  constructor(options: { loader: (name: string) => Promise<unknown> });
  renderMime: { latexTypesetter: { typeset(): void } };
  create_view(model: object): Promise<WidgetView>;
  display_view(view: WidgetView, place: object): Promise<void>;
  get_model(id: string): Promise<object>;
  handle_comm_open(comm: object, message: object): Promise<void>;
}

// ---- modules that the site serves beside its own

declare module "*/pyodide.mjs" {
  export function loadPyodide(options: object): Promise<Pyodide>;
}

declare module "@codemirror/commands" {
  import type { Extension, KeyBinding } from "@codemirror/state";
  export const defaultKeymap: KeyBinding[], historyKeymap: KeyBinding[], indentWithTab: KeyBinding;
  export function history(): Extension;
}

declare module "@codemirror/lang-python" {
  export const pythonLanguage: object;
}

declare module "@codemirror/language" {
  import type { Extension } from "@codemirror/state";
  export class LanguageSupport implements Extension { constructor(language: object); }
  export const indentUnit: { of(text: string): Extension };
  export function bracketMatching(): Extension;
  export function indentOnInput(): Extension;
  export function syntaxHighlighting(highlighter: object): Extension;
}

declare module "@codemirror/state" {
  export interface Extension {}
  export interface KeyBinding { key?: string; run?: () => boolean }
  export interface Text { length: number; toString(): string }
  export class EditorState {
    doc: Text;
    static create(options: { doc: string; extensions: Extension[] }): EditorState;
  }
}

declare module "@codemirror/view" {
  import type { EditorState, Extension, KeyBinding } from "@codemirror/state";
  export class EditorView {
    constructor(options: { parent: object; state: EditorState });
    static contentAttributes: { of(attributes: Record<string, string>): Extension };
    static updateListener: { of(hear: (update: { docChanged: boolean; state: EditorState }) => void): Extension };
    static scrollMargins: { of(margins: () => { top: number; bottom: number }): Extension };
    state: EditorState;
    dispatch(change: { changes: { from: number; to: number; insert: string } }): void;
    focus(): void;
  }
  export const keymap: { of(keys: KeyBinding[]): Extension };
  export function drawSelection(): Extension;
  export function highlightSpecialChars(): Extension;
}

declare module "@lezer/highlight" {
  export const classHighlighter: object;
}
