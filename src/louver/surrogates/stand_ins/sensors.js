// Sensors Analytics (sensorsdata.js). Events go nowhere; callbacks are called.
var name = w.sensorsDataAnalytic201505 || "sensors";
if (w[name] && w[name].lib_version) return;
var old = w[name], s = function () { return s; };
set(s, "track trackHeatMap trackAllHeatMap identify login logout quick loginWithKey", function () { later(last(arguments)); });
set(s, "appendProfile bind bindAnonymousIdentity clearAllRegister clearPageRegister deleteItem disableSDK enableSDK enableLocalLog increment " +
  "incrementProfile init autoTrack autoTrackSinglePage autoTrackWithoutProfile registerPage registerOnce register " +
  "registerPropertyPlugin registerSession registerSessionOnce resetAnonymousIdentity setItem setOnceProfile setProfile " +
  "trackLink trackSignup trackLinks unbind unregister unsetProfile deleteProfile setPreConfig setInitVar use usePlugin");
s.getAppStatus = give(null);
s.getPresetProperties = function () { return {}; };
s.lib_version = "0";
s.ready = function (f) { later(f); };
s.isReady = function (f) { later(f); };
s.on = itself;
s.off = itself;
s.store = { getDistinctId: give(""), getFirstId: give(""), getProps: function () { return {}; }, getSessionProps: function () { return {}; } };
s.para = (old && old.para) || {};
// The page's stub queues [name, arguments].
s._q = line(old && old._q, function (item) { if (typeof s[item[0]] === "function") s[item[0]].apply(s, item[1] || []); });
w[name] = s;
