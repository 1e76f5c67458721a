// Ad Bazaar: shows an advertisement for the page's address and words, and swaps ids with its partner.
(() => {
  const here = encodeURIComponent(location.href);
  const words = encodeURIComponent(new URLSearchParams(location.search).get("q") || document.title);
  for (const box of document.querySelectorAll("[data-ad]")) {
    const frame = document.createElement("iframe");
    frame.title = "Advertisement";
    frame.src = `https://adbazaar.test/ad?slot=${box.dataset.ad}&kw=${words}&u=${here}`;
    box.append(frame);
  }
  new Image().src = "https://adbazaar.test/match?partner=dataswap";
})();
