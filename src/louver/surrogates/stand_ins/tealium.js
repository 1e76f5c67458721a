// Tealium iQ (utag.js). No tag is fired; callbacks of views and links are called.
var u = (w.utag = w.utag || {});
if (u.data && u.handler) return;
function done() { later(last(arguments)); return true; }
u.data = {};
for (var key in w.utag_data || {}) u.data[key] = w.utag_data[key];
u.cfg = u.cfg || {};
set(u, "link track view", done);
u.track = function () { return done.apply(u, arguments); };
u.handler = { trigger: done, RE: noop, C: noop, iflag: 1 };
u.loader = set({}, "EV RC SC LOAD INIT PINIT");
u.loader.EV = function (target, type, f) { target.addEventListener(type, f, false); };
u.sender = {};
u.ext = {};
u.gdpr = set({}, "getCategories getConsentState setConsentValue setPreferencesValues showConsentPreferences");
u.gdpr.getConsentState = give(0);
set(u, "DB ut");
