// NitroPay. No ad is made, and who waits for one is told so.
var n = (w.nitroAds = w.nitroAds || {});
if (n.loaded) return;
var run = {
  createAd: function () { return promise(null); },
  addUserToken: noop,
  clearUserTokens: noop
};
var waiting = [].slice.call(n.queue || []);
for (var name in run) n[name] = run[name];
n.loaded = true;
n.version = "0";
n.queue = [];
// The page's stub put [method, arguments, resolve] into the queue.
waiting.forEach(function (item) { if (run[item[0]]) later(item[2], [null]); });
