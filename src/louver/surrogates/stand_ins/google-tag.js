// Google tag (gtag.js) and Google Tag Manager (gtm.js). No tag is fired; the callbacks of pushes are called.
var here = (d.currentScript && d.currentScript.src) || "";
function argument(key) {
  var found = new RegExp("[?&]" + key + "=([^&#]*)").exec(here);
  return found ? decodeURIComponent(found[1]) : "";
}
var name = argument("l") || "dataLayer", id = argument("id"), layer = (w[name] = w[name] || []);
var manager = (w.google_tag_manager = w.google_tag_manager || {}), data = {};
var constant = { client_id: "0.0", session_id: "0", gclid: "" };
var model = {
  get: function (path) {
    return String(path).split(".").reduce(function (at, step) { return at == null ? undefined : at[step]; }, data);
  },
  set: function (key, value) { data[key] = value; },
  reset: function () { data = {}; }
};
function take(item) {
  if (typeof item === "function") return tried(item, [], model);
  if (!item || typeof item !== "object") return;
  if (typeof item.length !== "number") {
    for (var key in item) data[key] = item[key];
    return later(item.eventCallback, [id]);
  }
  if (item[0] === "get") return later(item[3], [constant[item[2]]]);
  // `gtag("event", name, {event_callback: …})`, and the same of `config` and `set`.
  for (var i = 1; i < item.length; i++) if (item[i]) later(item[i].event_callback, [id]);
}
if (id && !manager[id]) manager[id] = { dataLayer: model, callback: noop, bootstrap: 0 };
manager.dataLayer = manager.dataLayer || { name: name };
if (layer.push.runs) return;
var push = layer.push;
layer.push = function () {
  var length = push.apply(layer, arguments);
  for (var i = 0; i < arguments.length; i++) take(arguments[i]);
  return length;
};
layer.push.runs = true;
[].slice.call(layer).forEach(take);
if (layer.hide) later(layer.hide.end);
