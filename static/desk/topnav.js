/* On a narrow screen the navigation scrolls sideways: the room one is in stands in view. */
(() => {
  "use strict";

  const nav = document.querySelector(".topnav");
  const current = nav && nav.querySelector("[aria-current]");
  if (current) nav.scrollLeft = current.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;
})();
