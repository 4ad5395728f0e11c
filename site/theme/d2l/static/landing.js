// The figure of the first page plays once, from its start, for those who do not mind motion; its button stops it.
addEventListener("DOMContentLoaded", () => {
  const figure = document.querySelector(".hero figure");
  const play = /** @type {HTMLButtonElement | null} */ (figure?.querySelector(".d2l-play") ?? null);
  if (!figure || !play || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const watch = new IntersectionObserver(([{ isIntersecting }]) => {
    if (!isIntersecting) return;
    watch.disconnect();
    figure.dispatchEvent(new CustomEvent("d2l-set", { detail: "step=0" }));
    play.click();
  }, { threshold: 0.6 });
  watch.observe(figure);
});
