// Segment (analytics.js), and RudderStack, whose interface is the same. Events go nowhere; callbacks are called and promises kept.
var rudder = /rudder/i.test((d.currentScript && d.currentScript.src) || ""), name = rudder ? "rudderanalytics" : "analytics";
var a = w[name];
if (a && a.initialized) return;
var waiting = a && a.slice ? a.slice() : [], context = { attempts: 0, event: {} };
a = w[name] = a || {};
function done() {
  later(last(arguments), [context]);
  return promise(context);
}
function visitor(id) {
  return { id: give(null), anonymousId: give(id), traits: function () { return {}; }, logout: noop, reset: noop };
}
a.length = 0;
set(a, "alias group identify page pageview screen track trackSubmit addSourceMiddleware addDestinationMiddleware " +
  "addIntegrationMiddleware register deregister load", done);
set(a, "trackLink trackForm trackClick on once off addIntegration use initialize timeout", itself);
set(a, "debug reset setAnonymousId push");
a.ready = function (f) { later(f); return promise(context); };
a.user = give(visitor(""));
a.group = function () { return arguments.length ? done.apply(a, arguments) : visitor(""); };
a.integrations = {};
a.initialized = a.invoked = true;
a.VERSION = a.SNIPPET_VERSION || "0";
waiting.forEach(function (item) {
  if (typeof a[item[0]] === "function") tried(a[item[0]], [].slice.call(item, 1), a);
});
