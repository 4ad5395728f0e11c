// Lets the language links keep the section: fragments are the same in every edition.
// Without this script the links still lead to the same page.

const LINE = 110; // pixels from the top: just below the header that stays

function sectionInView() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const top = named?.getBoundingClientRect().top;
  if (named && top > -10 && top < window.innerHeight) return named.id;
  if (window.scrollY < 80) return "";
  let found = "";
  for (const section of document.querySelectorAll("article section[id]")) {
    if (section.getBoundingClientRect().top > LINE) break;
    found = section.id;
  }
  return found;
}

for (const link of document.querySelectorAll("a[data-edition]")) {
  // On pointerdown and focus too, so that a link opened in a new tab or copied has its fragment.
  for (const event of ["pointerdown", "focus", "click"]) {
    link.addEventListener(event, () => {
      link.hash = sectionInView();
    });
  }
}
