// Google IMA for HTML5. An ad break begins and is over at once, so that players go on with their content.
var google = (w.google = w.google || {});
if (google.ima && google.ima.AdsLoader) return;
var ima = (google.ima = google.ima || {});
function words(text) {
  return text.split(" ").reduce(function (all, pair) {
    var parts = pair.split("=");
    all[parts[0]] = parts[1] || parts[0].toLowerCase().replace(/_(.)/g, function (whole, c) { return c.toUpperCase(); });
    return all;
  }, {});
}
function made(names, f) {
  function Thing() {}
  set(Thing.prototype, names || "", f);
  return Thing;
}
function heard(Thing) {
  function types(type) { return [].concat(type); }
  Thing.prototype.addEventListener = function (type, f, options, of) {
    var all = (this.heard = this.heard || {});
    types(type).forEach(function (t) { (all[t] = all[t] || []).push([f, of]); });
  };
  Thing.prototype.removeEventListener = function (type, f) {
    var all = this.heard || {};
    types(type).forEach(function (t) {
      all[t] = (all[t] || []).filter(function (one) { return one[0] !== f; });
    });
  };
  Thing.prototype.tell = function (event) {
    event.target = event.currentTarget = this;
    ((this.heard || {})[event.type] || []).slice().forEach(function (one) {
      tried(one[0].handleEvent || one[0], [event], one[1] || one[0]);
    });
  };
  return Thing;
}
function Ad() {}
set(Ad.prototype, "getAdId getAdSystem getAdvertiserName getApiFramework getContentType getCreativeAdId getCreativeId " +
  "getDealId getDescription getMediaUrl getSurveyUrl getTitle getTraffickingParametersString getUniversalAdIdRegistry " +
  "getUniversalAdIdValue", give(""));
set(Ad.prototype, "getDuration getHeight getWidth getVastMediaBitrate getVastMediaHeight getVastMediaWidth", give(0));
set(Ad.prototype, "getMinSuggestedDuration getSkipTimeOffset", give(-1));
set(Ad.prototype, "getCompanionAds getUniversalAdIds getWrapperAdIds getWrapperAdSystems getWrapperCreativeIds",
  function () { return []; });
set(Ad.prototype, "isSkippable isUiDisabled", give(false));
Ad.prototype.isLinear = give(true);
Ad.prototype.getTraffickingParameters = function () { return {}; };
Ad.prototype.getAdPodInfo = function () { return new ima.AdPodInfo(); };
ima.AdPodInfo = made("getAdPosition getTotalAds", give(1));
set(ima.AdPodInfo.prototype, "getMaxDuration getPodIndex getTimeOffset", give(0));
ima.AdPodInfo.prototype.getIsBumper = give(false);
ima.AdEvent = function (type, ad) {
  this.type = type;
  this.getAd = give(ad || null);
  this.getAdData = function () { return {}; };
};
ima.AdEvent.Type = words("AD_BREAK_READY AD_BUFFERING AD_CAN_PLAY AD_METADATA AD_PROGRESS ALL_ADS_COMPLETED CLICK " +
  "COMPLETE CONTENT_PAUSE_REQUESTED CONTENT_RESUME_REQUESTED DURATION_CHANGE EXPANDED_CHANGED FIRST_QUARTILE " +
  "IMPRESSION INTERACTION LINEAR_CHANGED LINEAR_CHANGE=linearChanged LOADED LOG MIDPOINT PAUSED=pause RESUMED=resume " +
  "SKIPPABLE_STATE_CHANGED SKIPPED=skip STARTED=start THIRD_QUARTILE USER_CLOSE VIDEO_CLICKED VIDEO_ICON_CLICKED " +
  "VIEWABLE_IMPRESSION VOLUME_CHANGED=volumeChange VOLUME_MUTED=mute");
ima.AdError = function (type, code, vast, text) {
  this.getType = give(type);
  this.getErrorCode = give(code);
  this.getVastErrorCode = give(vast);
  this.getMessage = this.toString = give(text || "");
  this.getInnerError = give(null);
};
ima.AdError.Type = { AD_LOAD: "adLoadError", AD_PLAY: "adPlayError" };
ima.AdError.ErrorCode = {
  VIDEO_PLAY_ERROR: 400, FAILED_TO_REQUEST_ADS: 1005, REQUIRED_LISTENERS_NOT_ADDED: 900, VAST_LOAD_TIMEOUT: 301,
  VAST_NO_ADS_AFTER_WRAPPER: 303, VAST_MEDIA_LOAD_TIMEOUT: 402, VAST_TOO_MANY_REDIRECTS: 302, VAST_EMPTY_RESPONSE: 1009,
  UNKNOWN_ERROR: 900, UNKNOWN_AD_RESPONSE: 1010, INVALID_ARGUMENTS: 1101, AUTOPLAY_DISALLOWED: 1205
};
ima.AdErrorEvent = function (error) {
  this.type = "adError";
  this.getError = give(error);
  this.getUserRequestContext = function () { return {}; };
};
ima.AdErrorEvent.Type = { AD_ERROR: "adError" };
ima.AdsManagerLoadedEvent = function (manager, context) {
  this.type = "adsManagerLoaded";
  this.getAdsManager = function (content, settings) { manager.settings = settings; return manager; };
  this.getUserRequestContext = give(context);
};
ima.AdsManagerLoadedEvent.Type = { ADS_MANAGER_LOADED: "adsManagerLoaded" };
ima.AdsManager = heard(made("collapse configureAdsManager expand focus init pause resize resume skip stop " +
  "updateAdsRenderingSettings clicked"));
set(ima.AdsManager.prototype, "getRemainingTime getVolume", give(0));
set(ima.AdsManager.prototype, "isCustomClickTrackingUsed isCustomPlaybackUsed getAdSkippableState", give(false));
ima.AdsManager.prototype.getCuePoints = function () { return []; };
ima.AdsManager.prototype.setVolume = function (volume) { this.getVolume = give(volume); };
ima.AdsManager.prototype.start = function () {
  var manager = this, type = ima.AdEvent.Type, ad = new Ad();
  setTimeout(function () {
    [type.LOADED, type.STARTED, type.COMPLETE, type.CONTENT_RESUME_REQUESTED, type.ALL_ADS_COMPLETED]
      .forEach(function (each) { if (!manager.over) manager.tell(new ima.AdEvent(each, ad)); });
  }, 0);
};
ima.AdsManager.prototype.discardAdBreak = ima.AdsManager.prototype.destroy = function () { this.over = true; };
ima.AdsLoader = heard(made("contentComplete destroy"));
ima.AdsLoader.prototype.getSettings = function () { return ima.settings; };
ima.AdsLoader.prototype.getVersion = give("3");
ima.AdsLoader.prototype.requestAds = function (request, context) {
  var loader = this;
  setTimeout(function () { loader.tell(new ima.AdsManagerLoadedEvent(new ima.AdsManager(), context || {})); }, 0);
};
ima.AdDisplayContainer = made("destroy initialize");
ima.AdsRequest = made("setAdWillAutoPlay setAdWillPlayMuted setContinuousPlayback");
ima.AdsRenderingSettings = made();
ima.AdsRenderingSettings.AUTO_SCALE = -1;
ima.CompanionAdSelectionSettings = made();
ima.CompanionAdSelectionSettings.CreativeType = { ALL: "All", FLASH: "Flash", IMAGE: "Image" };
ima.CompanionAdSelectionSettings.ResourceType = { ALL: "All", HTML: "Html", IFRAME: "IFrame", STATIC: "Static" };
ima.CompanionAdSelectionSettings.SizeCriteria = {
  IGNORE: "IgnoreSize", SELECT_EXACT_MATCH: "SelectExactMatch", SELECT_FLUID: "SelectFluid",
  SELECT_NEAR_MATCH: "SelectNearMatch"
};
ima.CustomContentLoadedEvent = made();
ima.CustomContentLoadedEvent.Type = { CUSTOM_CONTENT_LOADED: "deprecated-event" };
ima.ImaSdkSettings = made("setAutoPlayAdBreaks setCookiesEnabled setDisableCustomPlaybackForIOS10Plus setFeatureFlags " +
  "setLocale setNumRedirects setPlayerType setPlayerVersion setPpid setSessionId setVpaidAllowed setVpaidMode");
ima.ImaSdkSettings.VpaidMode = { DISABLED: 0, ENABLED: 1, INSECURE: 2 };
ima.ImaSdkSettings.CompanionBackfillMode = { ALWAYS: "always", ON_MASTER_AD: "on_master_ad" };
set(ima.ImaSdkSettings.prototype, "getPlayerType getPlayerVersion getPpid getLocale", give(""));
set(ima.ImaSdkSettings.prototype, "getDisableCustomPlaybackForIOS10Plus isCookiesEnabled", give(false));
ima.ImaSdkSettings.prototype.getCompanionBackfill = give("always");
ima.ImaSdkSettings.prototype.getFeatureFlags = function () { return {}; };
ima.ImaSdkSettings.prototype.getNumRedirects = give(4);
ima.settings = new ima.ImaSdkSettings();
ima.UiElements = { AD_ATTRIBUTION: "adAttribution", COUNTDOWN: "countdown" };
ima.ViewMode = { NORMAL: "normal", FULLSCREEN: "fullscreen" };
ima.OmidAccessMode = { LIMITED: "limited", DOMAIN: "domain", FULL: "full" };
ima.OmidVerificationVendor = { OTHER: 1, MOAT: 2, DOUBLEVERIFY: 3, INTEGRAL_AD_SCIENCE: 4, PIXELATE: 5, NIELSEN: 6 };
ima.VERSION = "3";
