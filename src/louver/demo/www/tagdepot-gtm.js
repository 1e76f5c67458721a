// Tag Depot: one script to load them all.
(() => {
  for (const source of {{tags}}) {
    const tag = document.createElement("script");
    tag.async = true;
    tag.src = source;
    document.head.append(tag);
  }
})();
