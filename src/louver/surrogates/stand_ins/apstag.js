// Amazon Publisher Services (apstag.js). Auctions end at once, without bids.
var a = (w.apstag = w.apstag || {});
if (a.fetchBids && a.fetchBids.runs) return;
var run = {
  i: function (options, f) { later(f); },
  f: function (options, f) { later(f, [[], false]); return promise([]); }
};
a.init = function () { return run.i.apply(a, arguments); };
a.fetchBids = function () { return run.f.apply(a, arguments); };
a.fetchBids.runs = true;
a.targetingKeys = function () { return []; };
a.debug = a.deleteId = a.renewId = a.updateId = noop;
set(a, "setDisplayBids renderImp rpa upa dpa");
a._Q = line(a._Q, function (item) { if (run[item[0]]) run[item[0]].apply(a, item[1] || []); });
