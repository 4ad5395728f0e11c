// Lets the language links keep the section, or a figure with its setting: fragments are the same in every edition.
// Without this script the links still lead to the same page.
(() => {
  const LINE = 110; // pixels from the top: just below the header that stays

  /** @type {(node: Element | null) => boolean} */
  const begins = (node) => {
    const { top = NaN } = node?.getBoundingClientRect() ?? {};
    return top > -10 && top < innerHeight;
  };

  function placeInView() {
    const [anchor, setting] = location.hash.slice(1).split("?");
    if (anchor && setting && begins(document.getElementById(anchor))) return location.hash;
    const named = document.querySelector(":target");
    if (named && begins(named)) return named.id;
    if (scrollY < 80) return "";
    const sections = [...document.querySelectorAll("article section[id]")];
    return sections.findLast((section) => section.getBoundingClientRect().top <= LINE)?.id ?? "";
  }

  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll("a[data-edition]");
  for (const link of links) {
    // On pointerdown and focus too, so that a link opened in a new tab or copied has its fragment.
    for (const event of ["pointerdown", "focus", "click"]) {
      link.addEventListener(event, () => { link.hash = placeInView(); });
    }
  }
})();
