// ID5. There is no identifier, and who waits for one is told so.
if (w.ID5 && w.ID5.init) return;
w.ID5 = {
  loaded: true, isUsingCdn: true, version: "0", versions: {},
  init: function () {
    var i = set({}, "onAvailable onRefresh onUpdate", function (f) { later(f, [i]); return i; });
    set(i, "getUserId exposeUserId getGpId", give(""));
    set(i, "getLinkType", give(0));
    set(i, "exposeId5Id getUserIdAsEid", function () { return {}; });
    set(i, "isFromCache", give(false));
    i.refreshId = itself;
    return i;
  },
  refreshId: itself
};
