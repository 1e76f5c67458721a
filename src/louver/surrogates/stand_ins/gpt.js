// Google Publisher Tag. Every slot exists and stays empty; its events say so.
var g = (w.googletag = w.googletag || {}), slots = [], heard = {}, asked = false;
if (g.apiReady) return;
var displayed = {};
function fluent(object, names) { return set(object, names, itself); }
function kept(object, values) {
  object.getTargeting = function (key) { return [].concat(key in values ? values[key] : []); };
  object.getTargetingKeys = function () { return Object.keys(values); };
  object.setTargeting = function (key, value) { values[key] = value; return this; };
  object.updateTargetingFromMap = function (map) { for (var key in map) values[key] = map[key]; return this; };
  object.clearTargeting = function (key) {
    if (key === undefined) for (var each in values) delete values[each];
    else delete values[key];
    return this;
  };
  object.getConfig = give({});
  object.setConfig = function (config) { return this.updateTargetingFromMap((config && config.targeting) || {}); };
  return object;
}
function sizes(given) {
  var list = typeof given === "string" || (given && typeof given[0] === "number") ? [given] : given || [];
  return [].map.call(list, function (size) {
    return typeof size === "string" ? size :
      { width: size[0], height: size[1], getWidth: give(size[0]), getHeight: give(size[1]) };
  });
}
function slot(path, given, id) {
  var values = {}, s = kept(fluent({}, "addService clearCategoryExclusions defineSizeMapping set setCategoryExclusion " +
    "setClickUrl setCollapseEmptyDiv setForceSafeFrame setSafeFrameConfig setCommandBar"), values);
  var element = id || "gpt_" + slots.length;
  s.getAdUnitPath = s.getName = give(path);
  s.getSlotElementId = s.getDomId = give(element);
  s.getSlotId = give({ getId: give(path + "_0"), getDomId: give(element), getName: give(path), getAdUnitPath: give(path) });
  s.getSizes = function () { return sizes(given); };
  s.getServices = function () { return [pubads]; };
  s.getTargetingMap = function () { return values; };
  s.getCategoryExclusions = s.getAttributeKeys = function () { return []; };
  set(s, "get getClickUrl getCollapseEmptyDiv getResponseInformation getContentUrl", give(null));
  slots.push(s);
  return s;
}
function tell(type, event) {
  (heard[type] || []).slice().forEach(function (f) { tried(f, [event]); });
}
function requested(list) {
  setTimeout(function () {
    list.forEach(function (s) {
      function event(more) { more.slot = s; more.serviceName = "publisher_ads"; return more; }
      tell("slotRequested", event({}));
      tell("slotResponseReceived", event({}));
      tell("slotRenderEnded", event({
        isEmpty: true, isBackfill: false, size: null, advertiserId: null, campaignId: null, creativeId: null,
        lineItemId: null, sourceAgnosticCreativeId: null, sourceAgnosticLineItemId: null, slotContentChanged: false
      }));
    });
  }, 0);
}
var pubads = kept(fluent({}, "clearCategoryExclusions set setCategoryExclusion setCookieOptions setForceSafeFrame " +
  "setLocation setPrivacySettings setPublisherProvidedId setRequestNonPersonalizedAds setSafeFrameConfig " +
  "setTagForChildDirectedTreatment setTagForUnderAgeOfConsent setVideoContent setImaContent"), {});
set(pubads, "clear collapseEmptyDivs disableInitialLoad enableAsyncRendering enableLazyLoad enableSingleRequest " +
  "enableSyncRendering enableVideoAds setCentering definePassback forceExperiment updateCorrelator", give(true));
set(pubads, "get getVideoContent", give(null));
pubads.disableInitialLoad = function () { asked = true; };
pubads.isInitialLoadDisabled = function () { return asked; };
pubads.getName = give("publisher_ads");
pubads.getVersion = give("1");
pubads.getSlots = function () { return slots.slice(); };
pubads.getSlotIdMap = give({});
pubads.getAttributeKeys = function () { return []; };
pubads.refresh = function (list) { requested(list || slots.slice()); };
pubads.addEventListener = function (type, f) {
  (heard[type] = heard[type] || []).push(typeof f === "function" ? f : f.handleEvent);
  return pubads;
};
pubads.removeEventListener = function (type, f) {
  var at = (heard[type] || []).indexOf(f);
  if (at >= 0) heard[type].splice(at, 1);
  return at >= 0;
};
function display(what) {
  var id = typeof what === "string" ? what : what && (what.id || (what.getSlotElementId && what.getSlotElementId()));
  var mine = slots.filter(function (s) { return s.getSlotElementId() === id && !displayed[id]; });
  if (mine.length && !asked) requested(mine);
  displayed[id] = true;
}
function enums(names) {
  return names.split(" ").reduce(function (all, name, at) { all[name] = at; return all; }, {});
}
g.enums = {
  OutOfPageFormat: enums("UNKNOWN TOP_ANCHOR BOTTOM_ANCHOR UNKNOWN3 REWARDED INTERSTITIAL GAME_MANUAL_INTERSTITIAL " +
    "LEFT_SIDE_RAIL RIGHT_SIDE_RAIL"),
  TrafficSource: enums("UNKNOWN PURCHASED ORGANIC")
};
g.defineSlot = slot;
// Formats of their own (anchors, interstitials, rewards) may be missing, says the API, and are then null.
g.defineOutOfPageSlot = function (path, id) { return typeof id === "number" ? null : slot(path, [], id); };
g.destroySlots = function (list) {
  slots = list ? slots.filter(function (s) { return list.indexOf(s) < 0; }) : [];
  displayed = {};
  return true;
};
g.display = display;
g.sizeMapping = function () {
  var rows = [], builder = { build: function () { return rows; } };
  builder.addSize = function (viewport, size) { rows.push([viewport, size]); return builder; };
  return builder;
};
g.pubads = give(pubads);
g.companionAds = give(set(set({}, "addEventListener", itself), "enableSyncLoading setRefreshUnfilledSlots refresh"));
g.content = give(set(set({}, "addEventListener", itself), "setContent"));
g.secureSignalProviders = { push: noop, clearAllCache: noop };
g.setConfig = noop;
g.getConfig = give({});
g.getVersion = give("1");
set(g, "enableServices disablePublisherConsole openConsole setAdIframeTitle");
g.pubadsReady = g.apiReady = true;
g.cmd = line(g.cmd, function (f) { if (typeof f === "function") f.call(w); });
