// Search: words of a query in the text of the book, which stands in search-index.js (tools/sphinx/search.py).
//
// Every word is looked for with its names: as it was typed, without its ending, and under the other names of the thing.
// A word that the book does not have loses letters at its end until the book has it. Between Hangul letters blanks do not
// count, in the query and in the text, and a hit that begins a word is worth more than one inside. A word that is a term of
// the glossary is explained before the results, with a link to where it is taught.
(() => {
  /**
   * @typedef {{ text: string, worth: number, exact: boolean }} Needle what is looked for
   * @typedef {Needle[]} Wish one word of the query, under all its names
   * @typedef {{ from: number, to: number, worth: number }} Hit a place in a text
   * @typedef {{ page: typeof d2lBook.pages[0], section: typeof d2lBook.pages[0]["sections"][0], rates: number[] }} Found
   */
  const WORD = /[가-힣]+|(?:(?![가-힣])[\p{L}\p{N}])+(?:[._](?:(?![가-힣])[\p{L}\p{N}])+)*/gu;
  const PARTICLE = /^(?:은|는|이|가|을|를|의|에|에서|에는|에도|와|과|도|로|으로|만|마다|까지|부터|처럼|보다|들|들은|들을|들이|들의)$/;
  const ENDING = new RegExp("(?:하는|하기|하고|하면|하여|해서|한다|합니다|했습니다|하지|하려면|할|한|된|되는|되고|되면|됩니다|들은|들을|들이|들의|들"
    + "|에서는|에서|에는|에도|에|으로는|으로|로|까지|부터|처럼|보다|마다|만|은|는|이|가|을|를|의|와|과|도|입니다|이다|이란|란)$");
  const SUFFIX = /(?:ations?|ings?|ers?|ies|ied|es|ed|e|s)$/;
  const SHOWN = 3, LENGTH = 180; // sections of a chapter before the rest is folded; letters of a sentence
  const INSIDE = 0.4, STEM = 0.7, OTHER = 0.6, IN_TITLE = 3, AGAIN = 0.1, TAUGHT = 4;

  // ---- letters

  /** @type {(letter: string | undefined) => number} */
  const kind = (letter = "") => /[가-힣]/.test(letter) ? 2 : /[\p{L}\p{N}]/u.test(letter) ? 1 : 0;

  /** @type {Map<string, { letters: string, places: number[] }>} */
  const seen = new Map();

  // A text as it is searched: small letters, no blanks between Hangul; and where in the text each letter stands.
  /** @type {(text: string) => { letters: string, places: number[] }} */
  const squeezed = (text) => {
    const known = seen.get(text);
    if (known) return known;
    const places = [...Array(text.length).keys()].filter((at) => text[at] !== " " || kind(text[at - 1]) !== 2 || kind(text[at + 1]) !== 2);
    const made = { letters: places.map((at) => text[at].toLowerCase()[0]).join(""), places };
    seen.set(text, made);
    return made;
  };

  /** @type {(text: string) => string} */
  const key = (text) => squeezed(text).letters;

  /** @type {(text: string, needle: Needle) => Hit[]} */
  const hits = (text, needle) => {
    const { letters, places } = squeezed(text), wanted = key(needle.text), hangul = kind(wanted[0]) === 2;
    const found = [];
    for (let at = letters.indexOf(wanted); at >= 0; at = letters.indexOf(wanted, at + 1)) {
      const from = places[at], to = places[at + wanted.length - 1] + 1;
      const begins = kind(text[from]) !== kind(text[from - 1]), whole = hangul || kind(text[to]) !== 1;
      const short = wanted.length <= (hangul ? 1 : 3), inside = to - from === wanted.length && !short;
      if (needle.exact && text.slice(from, to) !== needle.text) continue;
      if (begins && (whole || !short)) found.push({ from, to, worth: needle.worth });
      else if (inside) found.push({ from, to, worth: INSIDE * needle.worth });
    }
    return found;
  };

  // ---- names

  /** @type {(name: string) => string} */
  const spelt = (name) => key(name).replaceAll("_", " ");

  /** @type {Map<string, string[]>} a name, then the others of the same thing */
  const names = new Map();
  for (const group of d2lBook.names) {
    for (const name of group) names.set(spelt(name), [name, ...(names.get(spelt(name)) ?? []).slice(1), ...group.filter((other) => other !== name)]);
  }
  for (const [word, right] of Object.entries(d2lBook.instead)) {
    if (!names.has(spelt(word))) names.set(spelt(word), [word, ...(names.get(spelt(right)) ?? [right])]);
  }

  const texts = d2lBook.pages.flatMap(({ sections }) => sections.flatMap(({ title, text }) => [...Object.values(title), ...text.map(([, said]) => said)]));

  /** @type {(word: string) => boolean} */
  const inBook = (word) => texts.some((text) => hits(text, { text: word, worth: 1, exact: false }).length > 0);

  /** @type {(word: string) => string} */
  const stem = (word) => {
    if (names.has(spelt(word))) return word;
    if (kind(word[0]) !== 2) {
      const short = word.replace(SUFFIX, "");
      return short.length < 4 ? word : short;
    }
    for (let length = word.length; length > 0; length--) {
      const front = word.slice(0, length);
      if (names.has(spelt(front)) && (length > 1 || PARTICLE.test(word.slice(1)))) return front;
    }
    const front = word.replace(ENDING, "");
    return front.length < 2 ? word : front;
  };

  // A word that the book has: the word, or as much of its beginning as the book knows; nothing if that is too little.
  /** @type {(word: string) => string} */
  const known = (word) => {
    const least = kind(word[0]) === 2 ? 2 : Math.max(4, word.length / 2);
    for (let length = word.length; length >= least; length--) {
      const front = word.slice(0, length);
      if (names.has(spelt(front)) || inBook(front)) return front;
    }
    return "";
  };

  /** @type {(word: string) => Wish} */
  const wish = (word) => {
    const base = stem(word), have = names.has(spelt(word)) || inBook(word) || inBook(base) ? base : known(word) || base;
    const own = names.get(spelt(word))?.[0] ?? word, others = [word, have].flatMap((name) => names.get(spelt(name))?.slice(1) ?? []);
    const abbreviated = (/** @type {string} */ name) => name.length <= 3 && /^[A-Z]/.test(name); // He is a name, he is not
    /** @type {[string, number][]} */
    const all = [[own, 1], [have, STEM], ...others.map((name) => /** @type {[string, number]} */ ([name, OTHER]))];
    const first = all.filter(([name], at) => all.findIndex(([other]) => key(other) === key(name)) === at);
    return first.map(([text, worth]) => ({ text, worth, exact: abbreviated(text) }));
  };

  // Whether words are one name, or Hangul words are one word of the book with blanks in it; what comes after may be a particle.
  /** @type {(words: string[]) => boolean} */
  const isOne = (words) => {
    if (names.has(spelt(words.join(" ")))) return true;
    if (!words.every((word) => kind(word[0]) === 2)) return false;
    const joined = words.join(""), base = stem(joined);
    const named = names.has(spelt(base)) && PARTICLE.test(joined.slice(base.length));
    return named || (inBook(joined) && !words.slice(0, -1).some((word) => ENDING.test(word)));
  };

  // ---- the query

  // Words that are one name together, or one word with blanks in it, are taken together.
  /** @type {(query: string) => string[]} */
  const wordsOf = (query) => {
    const words = query.normalize("NFC").match(WORD) ?? [], found = [];
    for (let at = 0; at < words.length;) {
      const one = [3, 2].filter((span) => at + span <= words.length).map((span) => words.slice(at, at + span)).find(isOne);
      const joined = one ? one.join(kind(one[0][0]) === 2 ? "" : " ") : words[at];
      at += one?.length ?? 1;
      if (!PARTICLE.test(joined) || words.length === 1) found.push(joined);
    }
    return found;
  };

  // The terms that a word of the query names: those of this very name, else those that have it among their others.
  /** @type {(word: string) => typeof d2lBook.terms} */
  const termsOf = (word) => {
    const asked = [word, stem(word)].map(spelt), is = (/** @type {string} */ name) => asked.includes(spelt(name));
    const named = d2lBook.terms.filter(({ name }) => is(name.en) || is(name.ko));
    return named.length ? named : d2lBook.terms.filter(({ others }) => others.some(is));
  };

  // ---- finding

  /** @type {(text: string, looked: Wish) => number} */
  const rate = (text, looked) => Math.max(0, ...looked.flatMap((needle) => hits(text, needle).map(({ worth }) => worth)));

  /** @type {(section: Found["section"], looked: Wish) => number} */
  const rateSection = ({ title, text }, looked) => {
    const heads = Object.values(title).map((said) => rate(said, looked)), bodies = text.map(([, said]) => rate(said, looked));
    return IN_TITLE * Math.max(0, ...heads) + Math.max(0, ...bodies) + AGAIN * Math.min(5, bodies.filter(Boolean).length);
  };

  /** @type {(found: Found) => number} */
  const sum = ({ rates }) => rates.reduce((total, one) => total + one, 0);

  // The sections that have all words; if there is none, those of pages that have all; if there is none, those that have any.
  // A section that teaches what a word names has it, and comes first.
  /** @type {(wishes: Wish[], lead: Set<string>[]) => { pages: Found[][], all: boolean }} */
  const find = (wishes, lead) => {
    const pages = d2lBook.pages.map((page) => page.sections
      .map((section) => ({ page, section, rates: wishes.map((looked, at) => rateSection(section, looked)
        + (lead[at].has(`${page.link}#${section.at}`) ? TAUGHT : 0)) }))
      .filter((found) => sum(found) > 0)
      .sort((one, other) => sum(other) - sum(one)));
    const full = pages.map((found) => found.filter(({ rates }) => rates.every(Boolean))).filter(({ length }) => length);
    const joint = pages.filter((found) => wishes.every((_, at) => found.some(({ rates }) => rates[at])));
    const some = pages.filter(({ length }) => length);
    const best = full.length ? full : joint.length ? joint : some;
    return { pages: best.sort(([one], [other]) => sum(other) - sum(one)), all: full.length + joint.length > 0 };
  };

  // ---- showing

  // The sentence of a section, or the line of its code, that has most of the query.
  /** @type {(section: Found["section"], wishes: Wish[]) => [string, string]} */
  const sentence = ({ text }, wishes) => {
    /** @type {[string, string]} */
    let best = text.find(([language]) => language) ?? ["", ""];
    let most = 0;
    for (const [language, said] of text) {
      const parts = language ? said.split(/(?<=[.?!])\s+(?=[\p{Lu}\p{N}가-힣“"(])/u) : said.split("\n");
      for (const part of parts) {
        const rated = (language ? 1.5 : 1) * wishes.reduce((total, looked) => total + rate(part, looked), 0);
        if (rated > most) [most, best] = [rated, [language, part]];
      }
    }
    return best;
  };

  /** @type {(tag: string, ...inside: (Node | string)[]) => HTMLElement} */
  const element = (tag, ...inside) => {
    const made = document.createElement(tag);
    made.append(...inside);
    return made;
  };

  // A node whose lines begin with no particle: a word joiner holds it to its word, as on pages (tools/sphinx/korean.py).
  /** @type {<T extends Node>(node: T) => T} */
  const held = (node) => {
    const walk = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    for (let before = ""; walk.nextNode(); ) {
      const text = /** @type {Text} */ (walk.currentNode), { data } = text;
      text.data = (before + data).replace(/[)\]}%*_+](?=[가-힣])/g, "$&\u2060").slice(before.length);
      before = data.slice(-1) || before;
    }
    return node;
  };

  // A sentence with its hits marked; of a long one what stands around the first. Nothing where the title alone was hit.
  /** @type {(section: Found["section"], wishes: Wish[]) => HTMLElement[]} */
  const context = (section, wishes) => {
    const [language, said] = sentence(section, wishes);
    if (!said.trim()) return [];
    const places = wishes.flatMap((looked) => looked.flatMap((needle) => hits(said, needle))).sort((one, other) => one.from - other.from || other.to - one.to);
    const wished = said.length > LENGTH ? Math.max(0, (places[0]?.from ?? 0) - LENGTH / 3) : 0;
    const start = wished ? said.indexOf(" ", wished) + 1 : 0;
    const cut = said.length > start + LENGTH ? said.lastIndexOf(" ", start + LENGTH) : said.length;
    const end = cut > start ? cut : said.length;
    const shown = element(language ? "p" : "code", start ? "… " : "");
    let at = start;
    for (const { from, to } of places) {
      if (from < at || to > end) continue;
      shown.append(said.slice(at, from), element("mark", said.slice(from, to)));
      at = to;
    }
    shown.append(said.slice(at, end), end < said.length ? " …" : "");
    if (language) shown.lang = language;
    const framed = language ? shown : element("p", shown);
    framed.className = "context";
    return [held(framed)];
  };

  /** @type {(link: string, title: { en?: string, ko?: string }, number?: string) => HTMLElement} */
  const titled = (link, { en, ko }, number) => {
    const made = /** @type {HTMLAnchorElement} */ (element("a"));
    made.href = link;
    if (number) {
      const mark = element("span", `${number}.`);
      mark.className = "d2l-number";
      made.append(mark, " ");
    }
    const korean = element("span", ko ?? "");
    korean.lang = "ko";
    made.append(en ?? "", en && ko ? " · " : "", ko ? korean : "");
    return held(made);
  };

  // A chapter with the sentences of its best sections.
  /** @type {(found: Found[], wishes: Wish[]) => HTMLElement} */
  const chapter = (found, wishes) => {
    const { page } = found[0], [top] = page.sections;
    const items = found.map(({ section }) => {
      const item = element("li", ...context(section, wishes));
      if (section !== top) item.prepend(titled(`${page.link}#${section.at}`, section.title));
      return item;
    });
    const made = element("li", element("h2", titled(page.link, top.title, page.number)), element("ul", ...items.slice(0, SHOWN)));
    const rest = items.slice(SHOWN);
    if (rest.length) {
      const words = d2lSay(`${rest.length} more section${rest.length > 1 ? "s" : ""}`, `절 ${rest.length}개 더 보기`);
      made.append(element("details", element("summary", words), element("ul", ...rest)));
    }
    return made;
  };

  // A term with its meaning, and with links to where it is taught.
  /** @type {(term: typeof d2lBook.terms[0]) => HTMLElement[]} */
  const explained = ({ name, meaning, taught }) => {
    const spoken = (/** @type {string} */ language, /** @type {string} */ text, tag = "span") => {
      const made = element(tag, text);
      made.lang = language;
      return made;
    };
    const order = document.documentElement.lang === "ko" ? ["ko", "en"] : ["en", "ko"];
    const [own, other] = /** @type {("en" | "ko")[]} */ (order);
    const head = element("dt", spoken(own, name[own], "b"));
    if (spelt(name.en) !== spelt(name.ko)) head.append(" ", spoken(other, name[other]));
    const said = Object.entries(meaning).map(([language, text]) => spoken(language, text, "p"));
    const links = taught.flatMap(({ link, number, title }) => [titled(link, title, number), document.createElement("br")]).slice(0, -1);
    return [head, held(element("dd", ...said, element("p", `${d2lSay("Taught in", "배우는 곳")}: `, ...links)))];
  };

  // What was found, and which words were looked for instead of those that were typed.
  /** @type {(words: string[], wishes: Wish[], result: ReturnType<typeof find>) => string[]} */
  const told = (words, wishes, { pages, all }) => {
    const sections = pages.flat().length, plural = (/** @type {number} */ n, /** @type {string} */ word) => `${n} ${word}${n === 1 ? "" : "s"}`;
    const said = sections
      ? [d2lSay(`Found in ${plural(sections, "section")} on ${plural(pages.length, "page")}.`, `페이지 ${pages.length}개, 절 ${sections}개에서 찾았습니다.`)]
      : [d2lSay("No page has these words.", "검색어가 들어 있는 페이지가 없습니다. 철자를 확인해 보세요.")];
    if (!sections) return said;
    if (!all) said.push(d2lSay("No page has all of these words.", "검색어가 모두 들어 있는 페이지는 없습니다."));
    const used = wishes.map((looked) => looked.map(({ text }) => text).filter(inBook));
    const instead = words.map((word, at) => inBook(word) ? "" : used[at][0] ?? "").filter(Boolean);
    const own = [...words, ...words.map(stem), ...instead].map(spelt), also = new Set(used.flat().filter((name) => !own.includes(spelt(name))));
    const changed = words.flatMap((word, at) => inBook(word) || !used[at][0] ? [] : `${word} → ${used[at][0]}`);
    const absent = words.filter((_, at) => !used[at].length);
    if (changed.length) said.push(`${changed.join(", ")}.`);
    if (also.size) said.push(`${d2lSay("Also looked for", "함께 찾은 말")}: ${[...also].join(", ")}.`);
    if (absent.length) said.push(`${d2lSay("Not in the book", "책에 없는 말")}: ${absent.join(", ")}.`);
    return said;
  };

  function search() {
    const query = new URLSearchParams(location.search).get("q")?.trim() ?? "";
    for (const link of document.querySelectorAll("a[data-edition]")) /** @type {HTMLAnchorElement} */ (link).search = location.search;
    const box = /** @type {HTMLInputElement} */ (document.querySelector("form.search input"));
    box.value = query;
    if (!query) return;
    document.title = `${query} – ${document.title}`;
    /** @type {(id: string) => HTMLElement} */
    const place = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
    place("search-hint").remove();
    const words = wordsOf(query), wishes = words.map(wish), named = words.map(termsOf);
    const lead = named.map((terms) => new Set(terms.flatMap(({ taught }) => taught.map(({ link }) => link))));
    const result = find(wishes, lead), found = [...new Set(named.flat())];
    if (found.length) {
      const list = element("dl", ...found.flatMap(explained));
      list.id = "search-terms";
      place("search-results").before(list);
    }
    place("search-results").append(...result.pages.map((one) => chapter(one, wishes)));
    place("search-said").append(...told(words, wishes, result).flatMap((line) => [line, document.createElement("br")]).slice(0, -1));
  }

  search();
})();
