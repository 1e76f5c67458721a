// Google Analytics (analytics.js). Hits go nowhere; hitCallback and ready functions are called.
var name = w.GoogleAnalyticsObject || "ga", trackers = {};
if (w[name] && w[name].getAll) return;
function tracker(fields) {
  var t = {
    get: function (key) { return key in fields ? fields[key] : key === "clientId" ? "0.0" : undefined; },
    set: function (key, value) {
      if (typeof key === "object") for (var k in key) fields[k] = key[k];
      else fields[key] = value;
    },
    send: function () {
      var end = arguments[arguments.length - 1], own = end && typeof end === "object" ? end.hitCallback : null;
      later(own || fields.hitCallback);
    }
  };
  return set(t, "require provide remove");
}
function create(args) {
  var fields = { trackingId: args[0], name: "t0" };
  [].slice.call(args, 1).forEach(function (value, at) {
    if (value && typeof value === "object") for (var k in value) fields[k] = value[k];
    else if (value !== undefined) fields[at ? "name" : "cookieDomain"] = value;
  });
  return (trackers[fields.name] = tracker(fields));
}
var ga = command(name, "q", function (what) {
  var args = [].slice.call(arguments, 1);
  if (typeof what === "function") return what.call(w, trackers.t0);
  var parts = String(what).split("."), method = parts.pop(), own = parts[0] || "t0";
  if (method === "create") return void create(args);
  if (method === "remove") return void delete trackers[own];
  var t = trackers[own] || tracker({});
  if (/^(set|send)$/.test(method)) t[method].apply(t, args);
});
ga.create = function () { return create(arguments); };
ga.getByName = function (own) { return trackers[own]; };
ga.getAll = function () { return Object.keys(trackers).map(function (own) { return trackers[own]; }); };
ga.remove = function (own) { delete trackers[own]; };
ga.loaded = true;
var hide = w.dataLayer && w.dataLayer.hide;
if (hide) later(hide.end);
