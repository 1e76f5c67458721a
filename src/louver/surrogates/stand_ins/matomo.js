// Matomo (matomo.js, piwik.js). Nobody is counted; functions get a tracker, and callbacks are called.
if (w.Matomo && w.Matomo.getTracker) return;
var heard = {}, tracker = null;
var quiet = "addEcommerceItem addListener addPlugin addTracker appendToTrackingUrl clearEcommerceCart deleteCookies " +
  "deleteCustomDimension deleteCustomVariable deleteCustomVariables disableAlwaysUseSendBeacon disableBrowserFeatureDetection " +
  "disableCookies disableCrossDomainLinking disableHeartBeatTimer disablePerformanceTracking disableQueueRequest " +
  "discardHashTag enableBrowserFeatureDetection enableCrossDomainLinking enableFileTracking enableHeartBeatTimer " +
  "enableJSErrorTracking enableLinkTracking forgetConsentGiven forgetCookieConsentGiven forgetUserOptOut killFrame " +
  "logAllContentBlocksOnPage optUserOut redirectFile rememberConsentGiven rememberCookieConsentGiven removeDownloadExtensions " +
  "removeEcommerceItem requireConsent requireCookieConsent resetUserId setAPIUrl setCampaignKeywordKey setCampaignNameKey " +
  "setConsentGiven setConversionAttributionFirstReferrer setCookieConsentGiven setCookieDomain setCookieNamePrefix setCookiePath " +
  "setCookieSameSite setCountPreRendered setCrossDomainLinkingTimeout setCustomData setCustomDimension setCustomRequestProcessing " +
  "setCustomUrl setCustomVariable setDocumentTitle setDoNotTrack setDomains setDownloadClasses setDownloadExtensions " +
  "setEcommerceView setExcludedQueryParams setGenerationTimeMs setHeartBeatTimer setIgnoreClasses setLinkClasses setLinkTrackingTimer " +
  "setPagePerformanceTiming setReferralCookieTimeout setReferrerUrl setRequestContentType setRequestMethod setRequestQueueInterval " +
  "setSecureCookie setSessionCookieTimeout setSessionIdStrictMode setSiteId setTrackerUrl setUserId setVisitorCookieTimeout " +
  "setVisitorId setVisitStandardLength storeCustomVariablesInCookie trackAllContentImpressions trackContentImpression " +
  "trackContentImpressionsWithinNode trackContentInteraction trackContentInteractionNode trackEcommerceCartUpdate " +
  "trackEcommerceOrder trackGoal trackHeartBeat trackVisibleContentImpressions updatePageTitle";
function made(url, site) {
  var t = set({}, quiet);
  // These take a callback among their arguments.
  set(t, "ping queueRequest trackEvent trackLink trackPageView trackRequest trackSiteSearch", function () { later(last(arguments)); });
  set(t, "getAttributionCampaignKeyword getAttributionCampaignName getAttributionInfo getAttributionReferrerTimestamp " +
    "getAttributionReferrerUrl getCrossDomainLinkingUrlParameter getCustomDimension getPageViewId getUserId getVisitorId " +
    "getNumTrackedPageViews", give(""));
  set(t, "areCookiesEnabled hasCookies hasConsent hasRememberedConsent isConsentRequired", give(false));
  set(t, "isUserOptedOut", give(true));
  set(t, "getEcommerceItems getRequestQueue getPlugins", function () { return {}; });
  t.getVisitorInfo = function () { return ["0", "", 0, 0, 0, 0, ""]; };
  t.getCurrentUrl = function () { return w.location.href; };
  t.getLinkTrackingTimer = give(500);
  t.getCookie = give(0);
  t.getTrackerUrl = give(url || "");
  t.getSiteId = give(site || "");
  t.Plugin = {};
  return t;
}
function own() { return tracker || (tracker = made()); }
w.Matomo = w.Piwik = {
  initialized: true, plugins: {}, DOM: {}, JSON: w.JSON,
  getTracker: made, getAsyncTracker: own, addTracker: made,
  getAsyncTrackers: function () { return [own()]; },
  addPlugin: noop, retryMissedPluginCalls: noop, trigger: noop,
  on: function (type, f) { (heard[type] = heard[type] || []).push(f); },
  off: function (type, f) { heard[type] = (heard[type] || []).filter(function (one) { return one !== f; }); }
};
tried(w.matomoAsyncInit || w.piwikAsyncInit || noop);
w._paq = line(w._paq, function (item) {
  if (typeof item === "function") return item.call(own());
  if (typeof item[0] === "function") return item[0].apply(own(), [].slice.call(item, 1));
  var name = String(item[0]).split("::").pop().split(".").pop();
  if (typeof own()[name] === "function") own()[name].apply(own(), [].slice.call(item, 1));
});
(heard.TrackerSetup || []).concat(heard.TrackerAdded || []).forEach(function (f) { later(f, [own()]); });
later(w.matomoPluginAsyncInit && w.matomoPluginAsyncInit.call ? w.matomoPluginAsyncInit : null);
