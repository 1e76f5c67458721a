// Adobe Analytics (AppMeasurement.js, s_code.js). Nothing is sent; links that waited for a hit are followed.
if (w.AppMeasurement) return;
var known = {};
function Measurement(account) {
  this.account = account || "";
  this.hooks = [];
  this.Util = {
    getQueryParam: function (key, url) {
      var found = new RegExp("[?&]" + key + "=([^&#]*)").exec(url || w.location.search);
      return found ? decodeURIComponent(found[1]) : "";
    },
    cookieRead: give(""), cookieWrite: give(false), getLinkText: give("")
  };
}
Measurement.prototype = set({
  version: "0", linkTrackVars: "None", linkTrackEvents: "None", events: "",
  t: function () { sent(this); },
  // The fifth argument says what was to happen after the hit: follow the link, or call a function.
  tl: function (link, type, name, overrides, done) {
    sent(this);
    if (typeof done === "function") later(done);
    else if (done === "navigate" && link && link.href) w.location.assign(link.href);
  },
  clearVars: noop,
  sa: function (account) { this.account = account; },
  getTimeParting: give(""), getValOnce: give(""), getPreviousValue: give(""), getPercentPageViewed: give(""),
  getVisitorID: give(""),
  apl: function (list, value) { return list ? list + "," + value : value; },
  registerPostTrackCallback: function (f) { this.hooks.push([f, [].slice.call(arguments, 1)]); }
}, "abort addTrackingServer loadModule logDebug registerPreTrackCallback setAccount setTagContainer ct mr");
Measurement.prototype.track = Measurement.prototype.t;
Measurement.prototype.trackLink = Measurement.prototype.tl;
function sent(s) {
  s.hooks.forEach(function (hook) { later(hook[0], [""].concat(hook[1])); });
}
w.AppMeasurement = Measurement;
w.AppMeasurement.getInstance = w.s_gi = function (account) {
  return known[account] || (known[account] = new Measurement(account));
};
w.s_pgicq = noop;
