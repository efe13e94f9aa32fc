// A figure's link leads to itself in this page's address; with scripts the original follows without loading the page anew.
"use strict";

(() => {
  const frame = document.getElementById("frame");
  if (!frame) return;
  const parts = [...document.querySelectorAll("a.part")];

  const show = (address) => {
    const wanted = new URL(address, location.href);
    const shown = new URL(frame.src, location.href);
    if (wanted.pathname !== shown.pathname) {
      const part = parts.find((one) => new URL(one.dataset.frame, location.href).pathname === wanted.pathname);
      frame.setAttribute("sandbox", part ? part.dataset.sandbox : "");
    } else if (wanted.href === shown.href) {
      frame.src = wanted.href.split("#")[0] + "#"; // the same place twice would not be scrolled to again
    }
    frame.src = wanted.href;
  };

  // Chromium scrolls a long document to its mark before all of it is laid out, and may leave the mark out of sight.
  frame.addEventListener("load", () => { if (new URL(frame.src, location.href).hash) show(frame.src); });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-frame]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(link.dataset.frame);
    const cell = document.getElementById(link.dataset.cell || link.id);
    if (!cell) return;
    document.querySelectorAll("a.printed[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
    cell.setAttribute("aria-current", "true");
    if (cell !== link) {
      cell.scrollIntoView({ block: "center" });
      cell.focus({ preventScroll: true });
    }
    history.replaceState(null, "", link.href);
  });

  // Who comes by an address with a figure in it sees the figure first.
  const chosen = document.querySelector("a.printed[aria-current]");
  if (chosen && !location.hash) chosen.scrollIntoView({ block: "center" });
})();
