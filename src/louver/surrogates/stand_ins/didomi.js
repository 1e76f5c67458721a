// Didomi's loader. The notice does not appear, and nothing has been agreed to.
if (w.Didomi && w.Didomi.notice) return;
var consent = function () { return { enabled: [], disabled: [] }; };
var D = (w.Didomi = set({
  notice: { isVisible: give(false), show: noop, hide: noop, configure: noop },
  preferences: { isVisible: give(false), show: noop, hide: noop },
  on: { push: noop },
  getRequiredPurposes: function () { return []; }, getRequiredVendors: function () { return []; },
  getPurposes: function () { return []; }, getVendors: function () { return []; },
  getUserConsentStatusForAll: function () { return { purposes: consent(), vendors: consent() }; },
  getUserStatus: function () {
    return { purposes: { consent: consent(), legitimate_interest: consent(), global: consent(), essential: [] },
      vendors: { consent: consent(), legitimate_interest: consent(), global: consent(), global_consent: consent() } };
  },
  getCurrentUserStatus: function () { return { purposes: {}, vendors: {} }; },
  getObservableOnUserConsentStatusForVendor: function () {
    var o = { subscribe: function (f) { later(f, [undefined]); return { unsubscribe: noop }; } };
    o.filter = o.first = o.distinctUntilChanged = function () { return o; };
    return o;
  },
  getConfig: function () { return {}; }, getExperiment: give(null), version: "0",
  openTransaction: function () { return set({}, "enablePurpose disablePurpose enableVendor disableVendor commit"); }
}, "applyTranslations reset setConfigParameter setUser setUserAgreeToAll setUserConsentStatus setUserDisagreeToAll setUserStatus " +
  "setCurrentUserStatus getTranslationAsHTML"));
set(D, "getUserConsentStatus getUserConsentStatusForPurpose getUserConsentStatusForVendor " +
  "getUserConsentStatusForVendorAndLinkedPurposes getUserStatusForVendor", give(undefined));
set(D, "isConsentRequired isRegulationApplied shouldConsentBeCollected shouldUserStatusBeCollected isUserConsentStatusPartial", give(false));
D.isReady = give(true);
w.didomiOnReady = line(w.didomiOnReady, function (f) { f(D); });
w.didomiEventListeners = w.didomiEventListeners || [];
