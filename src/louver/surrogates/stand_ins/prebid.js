// Prebid.js. Auctions end at once, without bids.
var p = (w.pbjs = w.pbjs || {}), config = {}, units = [];
if (p.libLoaded) return;
var codes = function () { return units.map(function (unit) { return unit.code; }); };
function requestBids(options) {
  later(options && options.bidsBackHandler, [{}, false, ""]);
  return promise({ bids: {}, timedOut: false, auctionId: "" });
}
p.requestBids = requestBids;
p.adUnits = units;
p.addAdUnits = function (more) { [].push.apply(units, [].concat(more)); };
p.removeAdUnit = function (code) {
  var gone = code === undefined ? codes() : [].concat(code);
  for (var i = units.length - 1; i >= 0; i--) if (gone.indexOf(units[i].code) >= 0) units.splice(i, 1);
};
p.getConfig = function (key, f) {
  if (typeof key === "function") return later(key, [config]);
  if (typeof f === "function") return;
  return key === undefined ? config : config[key];
};
p.setConfig = p.mergeConfig = function (more) { for (var key in more) config[key] = more[key]; };
set(p, "getAdserverTargeting getBidResponses getBidResponsesForAdUnitCode getAdserverTargetingForAdUnitCode getConsentMetadata " +
  "getUserIds readConfig", function () { return {}; });
p.getBidResponsesForAdUnitCode = function () { return { bids: [] }; };
set(p, "getAllPrebidWinningBids getAllWinningBids getHighestCpmBids getNoBids getNoBidsForAdUnitCode getEvents " +
  "getUserIdsAsEids installedModules", function () { return []; });
p.installedModules = [];
p.getUserIdsAsync = p.refreshUserIds = function () { return promise({}); };
set(p, "aliasBidder clearAllAuctions createBid disableAnalytics enableAnalytics markWinningBidAsUsed offEvent onEvent " +
  "registerAnalyticsAdapter registerBidAdapter registerSignalSources renderAd resetConfig setBidderConfig setPAAPIConfigForGPT " +
  "setTargetingForAst setTargetingForGPTAsync triggerBilling triggerUserSyncs");
p.getAdserverTargetingForAdUnitCodeStr = give("");
p.adServers = { dfp: { buildVideoUrl: give(""), buildAdpodVideoUrl: noop }, gam: { buildVideoUrl: give("") } };
p.version = "v0";
p.libLoaded = true;
(w._pbjsGlobals = w._pbjsGlobals || []).push("pbjs");
function run(f) { if (typeof f === "function") f.call(w); }
p.processQueue = noop;
p.que = line(p.que, run);
p.cmd = line(p.cmd === p.que ? [] : p.cmd, run);
