// Lets the language links keep the section: fragments are the same in every edition.
// Without this script the links still lead to the same page.

function sectionInView() {
  const line = window.innerHeight / 3;
  let found = "";
  for (const section of document.querySelectorAll("article section[id]")) {
    if (section.getBoundingClientRect().top > line) break;
    found = section.id;
  }
  return window.scrollY > 80 ? found : "";
}

for (const link of document.querySelectorAll(".d2l-languages a")) {
  // On pointerdown and focus too, so that a link opened in a new tab or copied has its fragment.
  for (const event of ["pointerdown", "focus", "click"]) {
    link.addEventListener(event, () => {
      link.hash = sectionInView();
    });
  }
}
