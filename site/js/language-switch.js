// Lets the language links keep the section: fragments are the same in every edition.
// Without this script the links still lead to the same page.
(() => {
  const LINE = 110; // pixels from the top: just below the header that stays

  function sectionInView() {
    const named = document.querySelector(":target");
    const top = named?.getBoundingClientRect().top ?? NaN;
    if (named && top > -10 && top < innerHeight) return named.id;
    if (scrollY < 80) return "";
    const sections = [...document.querySelectorAll("article section[id]")];
    return sections.findLast((section) => section.getBoundingClientRect().top <= LINE)?.id ?? "";
  }

  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll("a[data-edition]");
  for (const link of links) {
    // On pointerdown and focus too, so that a link opened in a new tab or copied has its fragment.
    for (const event of ["pointerdown", "focus", "click"]) {
      link.addEventListener(event, () => { link.hash = sectionInView(); });
    }
  }
})();
