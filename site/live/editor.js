// The editor of a cell: CodeMirror with Python, in the colours of the page.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, LanguageSupport, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

// What stands over the page, so that the cursor never hides behind it.
/** @type {(selector: string) => number} */
const height = (selector) => document.querySelector(selector)?.getBoundingClientRect().height ?? 0;
const covered = () => ({ top: height("header.top"), bottom: height(".d2l-panel") });

// Returns an editor in `parent`; `run(next)` is called for Shift+Enter (then on to the next cell) and Ctrl+Enter, `changed`
// with the code whenever it is another.
/** @type {(parent: Element, code: string, options: {label: string, run: (next: boolean) => void, changed: (code: string) => void}) => EditorView} */
export function edit(parent, code, { label, run, changed }) {
  /** @type {(next: boolean) => () => boolean} */
  const running = (next) => () => {
    run(next);
    return true;
  };
  const keys = [
    { key: "Shift-Enter", run: running(true) },
    { key: "Mod-Enter", run: running(false) },
    indentWithTab,
    ...historyKeymap,
    ...defaultKeymap,
  ];
  const extensions = [
    keymap.of(keys),
    history(),
    drawSelection(),
    EditorView.scrollMargins.of(covered),
    highlightSpecialChars(),
    bracketMatching(),
    indentOnInput(),
    indentUnit.of("    "),
    new LanguageSupport(pythonLanguage),
    syntaxHighlighting(classHighlighter),
    EditorView.updateListener.of(({ docChanged, state }) => { if (docChanged) changed(state.doc.toString()); }),
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
  ];
  return new EditorView({ parent, state: EditorState.create({ doc: code, extensions }) });
}

/** @type {(editor: EditorView) => string} */
export const text = (editor) => editor.state.doc.toString();

/** @type {(editor: EditorView, code: string) => void} */
export function replace(editor, code) {
  if (text(editor) === code) return;
  editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: code } });
}
