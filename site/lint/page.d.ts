// The globals of the pages: ours, for the tests, require.js, and Sphinx's search.

interface Window {
  d2lPage?: import("../live/page.js").Page;
  d2lSlides?: { all: object[]; at: number; reveal(node: Element): void };
  requirejs: {
    (names: string[], done: (module: { HTMLManager: typeof WidgetManager }) => void, failed: (error: Error) => void): void;
    config(options: object): void;
  };
}

declare const Documentation: { TRANSLATIONS: Record<string, string> };
