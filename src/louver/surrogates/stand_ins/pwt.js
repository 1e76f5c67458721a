// PubMatic OpenWrap (pwt.js). Auctions end at once, without bids.
var p = (w.PWT = w.PWT || {});
if (p.requestBids) return;
p.requestBids = function (units, f) { later(f, [units]); };
p.generateConfForGPT = function () { return []; };
p.addKeyValuePairsToGPTSlots = p.removeKeyValuePairsFromGPTSlots = p.displayCreative = p.displayPMPCreative = noop;
p.getUserIds = function () { return {}; };
p.getUserIdsAsEids = function () { return []; };
p.isSyncAuction = 0;
p.ready = true;
later(p.jsLoaded);
