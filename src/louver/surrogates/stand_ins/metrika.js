// Yandex Metrica (tag.js, watch.js). Nobody is counted; callbacks of goals, hits and links are called.
var Ya = (w.Ya = w.Ya || {});
if (Ya.Metrika2 && Ya.Metrika2.counters) return;
function done() {
  // A callback comes with the object to call it on, or lies in the options.
  for (var i = 0; i < arguments.length; i++) {
    var each = arguments[i];
    if (typeof each === "function") return later(each, [], arguments[i + 1]);
    if (each && typeof each.callback === "function") return later(each.callback, [], each.ctx);
  }
}
function Counter(options) {
  var id = typeof options === "object" ? options.id : options;
  if (!id || !(this instanceof Counter)) return;
  this.id = id;
  w["yaCounter" + id] = this;
  if (options.triggerEvent) setTimeout(function () { announce("yacounter" + id + "inited"); }, 0);
}
function announce(name) {
  var event = d.createEvent("Event");
  event.initEvent(name, false, false);
  d.dispatchEvent(event);
}
set(Counter.prototype, "extLink file hit notBounce params reachGoal userParams", done);
set(Counter.prototype, "addFileExtension clickmap destruct enableAll setUserID trackLinks accurateTrackBounce " +
  "ecommerceAdd ecommerceDetail ecommercePurchase ecommerceRemove firstPartyParams firstPartyParamsHashed replacePhones");
Counter.prototype.getClientID = function (f) { later(f, ["0"]); return "0"; };
Counter.counters = function () { return []; };
Ya.Metrika = Ya.Metrika2 = Counter;
w.ym = command("ym", "a", function (id, method) {
  var args = [].slice.call(arguments, 2), options = { id: id };
  if (method === "init") {
    for (var key in args[0]) options[key] = args[0][key];
    return new Counter(options);
  }
  var counter = w["yaCounter" + id] || new Counter(id);
  if (typeof counter[method] === "function") counter[method].apply(counter, args);
});
["yandex_metrika_callback", "yandex_metrika_callback2"].forEach(function (name) { later(w[name]); });
["yandex_metrika_callbacks", "yandex_metrika_callbacks2"].forEach(function (name) {
  if (w[name]) w[name] = line(w[name], function (f) { f(); });
});
