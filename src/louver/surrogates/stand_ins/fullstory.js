// FullStory. Nothing is recorded; there is no session.
var name = w._fs_namespace || "FS", old = w[name];
if (old && old._api) return;
function api(what) {
  if (what === "observe") return { disconnect: noop };
  if (what === "getSession") return null;
}
var FS = typeof old === "function" ? old : (w[name] = function () { return FS._api.apply(FS, arguments); });
FS._api = api;
// Later base codes ask `FS.q` before `FS._api`.
var waiting = [].slice.call(FS.q || []);
FS.q = null;
set(FS, "anonymize consent event identify init log restart setUserVars setVars shutdown trackEvent");
set(FS, "getCurrentSession getCurrentSessionURL", give(null));
FS.enabled = give(false);
FS.eventAsync = FS.getSessionAsync = function () { return promise(null); };
waiting.forEach(function (item) {
  // A promise that waits is the last but one of what was queued.
  if (item && typeof item[2] === "function") later(item[2], [null]);
});
later(w._fs_ready);
