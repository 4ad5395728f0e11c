// The globals of the pages: ours, for the tests, require.js, and what is searched.

// A piece of a page, as it can be on a slide: its part of the page, of that the elements that are shown, and what it takes.
interface Piece {
  part: Element;
  also?: Element[];
  leaves: Element[];
  words: number;
  lines: number;
  head?: number; // words above it: of the table whose row it is
  kind: string;
  key?: string;
}

interface Slide {
  key: string; // its address: that of its first piece
  keys: string[];
  heading: Element;
  parts: Element[];
  leaves: Set<Element>;
  notes: Element[];
  words: number;
  lines: number;
  kind: string;
  scale?: number;
  seen?: string;
}

interface Slides {
  all: Slide[];
  at: number;
  held: number; // results that wait
  start(key?: string): void;
  next(): void;
  back(): void;
  go(to: number): void;
  leave(): void;
  reveal(node: Element): void;
  whenShown(call: () => void): void;
}

interface Window {
  d2lPredict?: { reveal(node: Element | null): void };
  d2lPage?: import("../live/page.js").Page;
  d2lRun?: () => Promise<import("../live/page.js").Page | undefined>;
  d2lOutline: { make(article: Element): Slide[]; parts(node: Element): Element[] };
  d2lSlides?: Slides;
  d2lSlideCopy(slide: Slide): HTMLElement;
  d2lDark(): void;
  Element: typeof Element; // of another window
  requirejs: {
    (names: string[], done: (module: { HTMLManager: typeof WidgetManager }) => void, failed: (error: Error) => void): void;
    config(options: object): void;
  };
}

declare const d2lBook: {
  pages: {
    link: string;
    number: string;
    sections: { at: string; title: { en?: string; ko?: string }; text: [language: string, said: string][] }[];
  }[];
  terms: {
    name: { en: string; ko: string };
    others: string[];
    meaning: { en?: string; ko?: string };
    taught: { link: string; number: string; title: { en?: string; ko?: string } }[];
  }[];
  names: string[][];
  instead: Record<string, string>;
};
