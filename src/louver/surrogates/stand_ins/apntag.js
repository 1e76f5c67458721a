// Xandr Seller Tag (ast.js). No tag has a bid, and its events say so.
var a = (w.apntag = w.apntag || {}), tags = {}, heard = {};
if (a.loaded) return;
function tell(type, id) {
  (heard[type + " " + id] || []).forEach(function (f) { later(f, [{ targetId: id, nobid: true }]); });
}
a.defineTag = function (options) {
  var id = options && options.targetId;
  tags[id] = set({ id: id, on: function (type, f) { a.onEvent(type, id, f); } }, "modifyTag setKeywords setSizes", itself);
  return tags[id];
};
a.onEvent = function (type, id, f) {
  [].concat(type).forEach(function (one) {
    var key = typeof id === "function" ? one + " " : one + " " + id;
    (heard[key] = heard[key] || []).push(f || id);
  });
};
a.loadTags = a.refresh = function (ids) {
  [].concat(ids || Object.keys(tags)).forEach(function (id) { tell("adRequested", id); tell("adNoBid", id); });
};
a.getTag = function (id) { return tags[id]; };
a.requests = { tags: {} };
set(a, "clearPageTargeting clearRequest checkAdAvailable disablePsa emitEvent enableDebug enableDongle modifyTag offEvent " +
  "recordErrorEvent registerRenderer resizeAd setEndpoint setKeywords setPageOpts setSizes showTag");
a.checkAdAvailable = function () { return promise(null); };
a.loaded = true;
a.anq = line(a.anq, function (f) { f(); });
