// Parse.ly (p.js). Nobody is counted; the page's onload and onStart are called.
var p = (w.PARSELY = w.PARSELY || {});
if (p.loaded) return;
p.beacon = set({ pixelhit: noop }, "trackPageView track trackEvent updateDefaults");
p.video = set({}, "trackPlay trackPause reset");
p.conversions = set({}, "trackCustom trackLeadCapture trackLinkClick trackNewsletterSignup trackPurchase trackSubscription");
p.engagedTime = set({}, "startInteracting stopInteracting");
set(p, "startEngagement stopEngagement updateDefaults enableCookies disableCookies");
p.config = p.config || {};
p.lastRequest = null;
p.loaded = true;
later(p.onload, [], p);
later(p.onStart, [], p);
(p.onReady && p.onReady.forEach ? p.onReady : []).forEach(function (f) { later(f); });
