// Snowplow's browser tracker (sp.js). Nobody is counted; functions waiting for it are run without a tracker.
var names = w.GlobalSnowplowNamespace || [];
names.forEach(function (name) {
  command(name, "q", function (what) {
    if (typeof what === "function") later(what, [], {});
  });
});
