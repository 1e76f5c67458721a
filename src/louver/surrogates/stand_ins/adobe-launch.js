// Adobe Experience Platform tags (Launch, DTM). No rule runs; what was hidden until a test was chosen is shown.
var s = (w._satellite = w._satellite || {}), values = {};
unhide("at-body-style alloy-prehiding at-makers-style");
if (s.getVar && s.buildInfo) return;
s.getVar = function (name) { return values[name]; };
s.setVar = function (name, value) {
  if (name && typeof name === "object") for (var key in name) values[key] = name[key];
  else values[name] = value;
};
s.getVisitorId = give(null);
s.getVisitor = s.getVisitorId;
s.cookie = { get: give(undefined), set: noop, remove: noop };
s.readCookie = give("");
s.logger = set({}, "debug deprecation error info log warn");
s.buildInfo = { minified: true, buildDate: "", turbineVersion: "0", turbineBuildDate: "" };
s.environment = { id: "", stage: "production" };
s.property = { name: "", settings: {} };
s.company = {};
s._container = s._container || { rules: [], dataElements: {}, extensions: {} };
s._monitors = s._monitors || [];
set(s, "notify pageBottom removeCookie setCookie setDebug track");
