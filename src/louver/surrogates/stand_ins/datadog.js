// Datadog browser SDK. Nothing is reported; ready functions are called.
var names = "addAction addDurationVital addError addFeatureFlagEvaluation addTiming clearGlobalContext clearUser init onReady " +
  "removeGlobalContextProperty removeUserProperty setAccount setGlobalContext setGlobalContextProperty setTrackingConsent setUser " +
  "setUserProperty setViewContext setViewName startDurationVital startSessionReplayRecording startView stopDurationVital " +
  "stopSession stopSessionReplayRecording createLogger setViewContextProperty";
["DD_RUM", "DD_LOGS"].forEach(function (name) {
  var old = w[name], ready = (old && old.q) || [];
  if (old && old.getInitConfiguration) return;
  var api = (w[name] = set(old || {}, names)), logger = set({}, "debug error info log setContext setHandler setLevel warn");
  set(api, "getInitConfiguration getInternalContext getSessionReplayLink", give(undefined));
  set(api, "getGlobalContext getUser", function () { return {}; });
  set(api, "createLogger getLogger", give(logger));
  api.logger = logger;
  api.onReady = function (f) { later(f); };
  api.q = [];
  ready.forEach(api.onReady);
});
