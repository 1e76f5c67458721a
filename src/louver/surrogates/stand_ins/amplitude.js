// Amplitude. Events go nowhere; callbacks are called and promises kept.
var a = (w.amplitude = w.amplitude || {}), known = {};
if (a.runQueuedFunctions && a.runQueuedFunctions.runs) return;
var outcome = { code: 0, message: "", event: {} };
function done() {
  later(last(arguments), [0, "", {}]);
  return { promise: promise(outcome) };
}
function fluent(names) {
  var Fluent = function () {};
  set(Fluent.prototype, names, itself);
  return Fluent;
}
function instance(given) {
  var i = given || {};
  set(i, "add addEventMiddleware flush groupIdentify identify init logEvent logEventWithGroups logEventWithTimestamp logRevenue " +
    "logRevenueV2 remove revenue sendEvents setGroup track", done);
  set(i, "clearStorage clearUserProperties enableTracking extendSession regenerateDeviceId reset setDeviceId setDomain setGlobalUserProperties " +
    "setLibrary setMinTimeBetweenSessionsMillis setOptOut setServerUrl setServerZone setSessionId setTransport setUserId " +
    "setUserProperties setVersionName onInit");
  set(i, "getDeviceId", give(""));
  set(i, "getUserId getSessionId", give(undefined));
  set(i, "isNewSession", give(false));
  i.init = function (key, user, options, f) {
    later(f || last([user, options]), [i]);
    return { promise: promise() };
  };
  i.onInit = function (f) { later(f, [i]); };
  i.Identify = fluent("add append clearAll postInsert preInsert prepend remove set setOnce unset");
  i.Revenue = fluent("setCurrency setEventProperties setPrice setProductId setQuantity setReceipt setRevenue setRevenueType");
  return i;
}
function drain(i) {
  var waiting = (i._q || []).splice(0);
  waiting.forEach(function (item) {
    if (typeof item === "function") return tried(item);
    // Snippets queue {name, args, resolve}, older ones [name, ...arguments].
    var method = i[item.name || item[0]], args = item.args || [].slice.call(item, 1);
    if (typeof method === "function") tried(method, args, i);
    later(item.resolve, [outcome]);
  });
}
instance(a);
a.invoked = true;
a.getInstance = function (name) {
  var key = name || "$default_instance";
  return known[key] || (known[key] = instance((a._iq && a._iq[key]) || {}));
};
a.createInstance = function () { return instance({}); };
a.runQueuedFunctions = function () {
  drain(a);
  for (var name in a._iq || {}) drain(a.getInstance(name));
};
a.runQueuedFunctions.runs = true;
a.runQueuedFunctions();
// What Amplitude's own script for a site brings along.
w.sessionReplay = w.sessionReplay || { plugin: function () { return { name: "none", setup: noop, execute: noop }; } };
