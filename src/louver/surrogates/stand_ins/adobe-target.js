// Adobe Target (at.js, mbox.js). There are no offers, and pages show what they have.
var adobe = (w.adobe = w.adobe || {});
unhide("at-body-style at-makers-style alloy-prehiding mboxStyle");
if (adobe.target && adobe.target.getOffer) return;
adobe.target = set({
  VERSION: "0",
  event: {},
  getOffer: function (options) { later(options && options.success, [[]]); },
  getOffers: function () { return promise({ prefetch: {}, execute: {} }); },
  applyOffers: function () { return promise([]); },
  trackEvent: function (options) { later(options && options.success); },
  sendNotifications: give(false)
}, "applyOffer init registerExtension triggerView");
("CONTENT_RENDERING_FAILED CONTENT_RENDERING_NO_OFFERS CONTENT_RENDERING_REDIRECT CONTENT_RENDERING_START " +
  "CONTENT_RENDERING_SUCCEEDED LIBRARY_LOADED REQUEST_FAILED REQUEST_START REQUEST_SUCCEEDED")
  .split(" ").forEach(function (name) { adobe.target.event[name] = "at-" + name.toLowerCase().replace(/_/g, "-"); });
set(w, "mboxCreate mboxDefine mboxUpdate mboxTrack");
