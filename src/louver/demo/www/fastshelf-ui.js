// Fast Shelf UI 3.1.0: the library that the menus of all three sites are built with.
(() => {
  for (const menu of document.querySelectorAll("[data-menu]")) {
    menu.addEventListener("keydown", (event) => { if (event.key === "Escape") menu.blur(); });
  }
  document.documentElement.dataset.menu = "ready";
})();
