// Amazon's old header bidding (amzn_ads.js). There are no bids.
if (w.amznads) return;
w.amznads = set({
  getAdsAsync: function () { later(last(arguments)); },
  getAdsCallback: function (id, f) { later(f); },
  getTargeting: give({}),
  getKeys: function () { return []; },
  getTokens: function () { return []; },
  hasAds: give(false)
}, "appendScriptTag appendTargetingToAdServerUrl appendTargetingToQueryString clearTargetingFromGPTAsync doAllTasks " +
  "doGetAdsAsync doTask detectIframeAndGetURL getAds isArray log renderAd saveAds setTargeting setTargetingForGPTAsync " +
  "setTargetingForGPTSync tryGetAdsAsync updateAds");
w.amzn_ads = w.amzn_ads || noop;
w.aax_write = w.aax_write || noop;
w.aax_render_ad = w.aax_render_ad || noop;
