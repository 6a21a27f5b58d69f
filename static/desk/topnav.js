/* Where the navigation scrolls sideways the room one is in stands in view, and an edge behind which there is more fades. */
(() => {
  "use strict";

  const nav = document.querySelector(".topnav");
  if (!nav) return;
  const current = nav.querySelector("[aria-current]");
  if (current) nav.scrollLeft = current.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;

  const fade = () => {
    nav.classList.toggle("more-before", nav.scrollLeft > 1);
    nav.classList.toggle("more-after", nav.scrollLeft + nav.clientWidth < nav.scrollWidth - 1);
  };
  nav.addEventListener("scroll", fade, { passive: true });
  new ResizeObserver(fade).observe(nav);
})();
