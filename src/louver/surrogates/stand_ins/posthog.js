// PostHog. Events go nowhere, no flag is on, and who waits for flags is told so.
var old = w.posthog;
if (old && old.__loaded) return;
function instance(given, config) {
  var p = given || {}, settings = config || {};
  set(p, "alias capture captureException captureTraceFeedback clear_opt_in_out_capturing debug group identify opt_in_capturing " +
    "opt_out_capturing register register_for_session register_once reloadFeatureFlags reset resetGroups resetGroupPropertiesForFlags " +
    "resetPersonPropertiesForFlags sessionRecordingStarted setGroupPropertiesForFlags setPersonProperties setPersonPropertiesForFlags " +
    "set_config startSessionRecording stopSessionRecording unregister unregister_for_session updateEarlyAccessFeatureEnrollment");
  set(p, "getFeatureFlag getFeatureFlagPayload get_property getSessionProperty", give(undefined));
  set(p, "get_distinct_id get_session_id get_session_replay_url getSessionId", give(""));
  set(p, "isFeatureEnabled has_opted_in_capturing sessionRecordingStarted", give(false));
  p.has_opted_out_capturing = give(true);
  p.onFeatureFlags = function (f) { later(f, [[], {}]); return noop; };
  set(p, "getActiveMatchingSurveys getEarlyAccessFeatures getSurveys", function (f) { later(f, [[]]); });
  p.onSessionId = give(noop);
  p.on = give(noop);
  p.people = set({}, "set set_once");
  p.config = settings;
  p.__loaded = true;
  later(settings.loaded, [p]);
  return p;
}
var list = (old && old._i) || [], waiting = [].slice.call(old && old.length ? old : []);
var main = (w.posthog = instance(old));
main.length = 0;
main.init = function (key, config, name) {
  if (!name || name === "posthog") return instance(main, config);
  return (main[name] = instance({}, config));
};
main.push = function (item) {
  if (typeof main[item[0]] === "function") main[item[0]].apply(main, [].slice.call(item, 1));
};
list.forEach(function (item) { main.init(item[0], item[1], item[2]); });
waiting.forEach(function (item) { tried(main.push, [item]); });
