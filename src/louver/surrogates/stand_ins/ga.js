// Google Analytics, the old ga.js. Hits go nowhere; links that it was to follow are followed.
if (w._gat) return;
var quiet = "_addIgnoredOrganic _addIgnoredRef _addItem _addOrganic _addTrans _clearIgnoredOrganic _clearIgnoredRef " +
  "_clearOrganic _clearTrans _clearXKey _clearXValue _cookiePathCopy _deleteCustomVar _initData _linkByPost " +
  "_sendXEvent _setAccount _setAllowAnchor _setAllowHash _setAllowLinker _setAutoTrackOutbound _setCampContentKey " +
  "_setCampMediumKey _setCampNameKey _setCampNOKey _setCampSourceKey _setCampTermKey _setCampaignCookieTimeout " +
  "_setCampaignTrack _setClientInfo _setCookiePath _setCookiePersistence _setCookieTimeout _setCustomVar " +
  "_setDetectFlash _setDetectTitle _setDomainName _setLocalGifPath _setLocalRemoteServerMode _setLocalServerMode " +
  "_setMaxCustomVariables _setReferrerOverride _setRemoteServerMode _setSampleRate _setSessionCookieTimeout " +
  "_setSessionTimeout _setSiteSpeedSampleRate _setTrackOutboundSubdomains _setTransactionDelim _setVar " +
  "_setVisitorCookieTimeout _setXKey _setXValue _trackPageLoadTime _require";
function tracker(name) {
  var hit = null, t = set({}, quiet);
  set(t, "_getAccount _getVersion _getVisitorCustomVar _visitCode _getXKey _getXValue _getClientInfo", give(""));
  set(t, "_trackPageview _trackEvent _trackSocial _trackTiming _trackTrans", function () { later(hit); return true; });
  t._getName = give(name || "");
  t._getLinkerUrl = function (url) { return url; };
  t._link = function (url) { if (url) w.location.assign(url); };
  t._set = function (key, value) { if (key === "hitCallback") hit = value; };
  return t;
}
var trackers = {};
function named(name) { return trackers[name || ""] || (trackers[name || ""] = tracker(name)); }
w._gat = set({
  _createTracker: function (account, name) { return named(name); },
  _getTracker: function () { return named(""); },
  _getTrackerByName: named,
  _getTrackers: function () { return Object.keys(trackers).map(named); },
  _getPlugin: function () { return {}; }
}, "_anonymizeIp _forceSSL _gaVersion");
w._gaq = line(w._gaq, function (item) {
  if (typeof item === "function") return item.call(w._gaq);
  var parts = String(item[0]).split("."), method = parts.pop(), t = named(parts[0]);
  if (typeof t[method] === "function") t[method].apply(t, [].slice.call(item, 1));
});
w._gaq._createAsyncTracker = w._gat._createTracker;
w._gaq._getAsyncTracker = named;
