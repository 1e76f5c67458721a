// Google AdSense. Places stay unfilled, which pages may style; games go on without their ad break.
function place() {
  var unit = d.querySelector("ins.adsbygoogle:not([data-adsbygoogle-status])");
  if (!unit) return;
  unit.setAttribute("data-adsbygoogle-status", "done");
  unit.setAttribute("data-ad-status", "unfilled");
}
w.adsbygoogle = line(w.adsbygoogle, function (item) {
  item = item || {};
  later(item.onReady);
  if (!item.type) return item.params || !Object.keys(item).length ? place() : undefined;
  later(item.adBreakDone, [{
    breakType: item.type, breakName: item.name || "", breakFormat: item.type === "reward" ? "reward" : "interstitial",
    breakStatus: "noAdPreloaded"
  }]);
});
w.adsbygoogle.loaded = true;
