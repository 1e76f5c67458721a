// Mixpanel. Events go nowhere; `loaded` and the callbacks of events are called.
var old = w.mixpanel, done = function () { later(last(arguments), [1]); return true; };
if (old && old.__loaded) return;
function instance(given, config) {
  var m = given || {}, settings = config || {};
  set(m, "track track_pageview send_event identify alias track_with_groups", done);
  set(m, "add_group clear_opt_in_out_tracking disable opt_in_tracking opt_out_tracking register register_once remove_group " +
    "reset set_config set_group start_batch_senders start_session_recording stop_batch_senders stop_session_recording " +
    "time_event track_forms track_links unregister name_tag start_time_event");
  set(m, "get_distinct_id", give(""));
  set(m, "get_property", give(undefined));
  set(m, "has_opted_in_tracking", give(false));
  set(m, "has_opted_out_tracking", give(true));
  m.get_config = function (key) { return key === undefined ? settings : settings[key]; };
  m.get_group = function () { return set({}, "remove set set_once union unset delete", done); };
  m.people = set(m.people || {}, "append clear_charges delete_user increment remove set set_once track_charge union unset", done);
  m.__loaded = true;
  if (settings.loaded) later(settings.loaded, [m]);
  return m;
}
var list = (old && old._i) || [], waiting = [].slice.call(old && old.length ? old : []);
var main = (w.mixpanel = instance(old));
main.length = 0;
main.push = function (item) {
  if (typeof item === "function") return item.call(main);
  if (typeof main[item[0]] === "function") main[item[0]].apply(main, [].slice.call(item, 1));
};
main.init = function (token, config, name) {
  if (!name || name === "mixpanel") return instance(main, config);
  return (main[name] = instance(main[name] && main[name].people ? main[name] : {}, config));
};
list.forEach(function (item) { main.init(item[0], item[1], item[2]); });
waiting.forEach(function (item) { tried(main.push, [item]); });
