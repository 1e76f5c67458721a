// Criteo's publisher tag and OneTag. There are no bids, and events go nowhere.
var c = (w.Criteo = w.Criteo || {});
if (c.RequestBids) return;
c.RequestBids = function (units, f) { later(f, [[]]); };
c.GetBidsForAdUnit = function () { return []; };
set(c, "CallRTA ComputeDFPTargetingForAMP ComputeStandaloneDFPTargeting CreativeRenderer DisplayAcceptableAdIfAdblocked " +
  "DisplayAd DisplayMultipleAds PubTag RenderAd SetDFPKeyValueTargeting SetLineItemRanges SetPublisherExt SetUserExt " +
  "SetSiteExt StoreRTB");
c.passback = false;
function run(f) { if (typeof f === "function") f.call(w); }
c.events = line(c.events, run);
w.criteo_q = line(w.criteo_q, noop);
