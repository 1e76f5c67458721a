// Piano Analytics. Events go nowhere.
var name = (w._pac && w._pac.globalName) || "pa";
if (w[name] && w[name].sendEvents) return;
w[name] = set({
  consent: set({}, "setMode setAllPurposes setPurpose", give(undefined)),
  privacy: set({ modes: {} }, "createMode exclude excludeEvents excludeProperties excludeStorageKeys include includeEvents " +
    "includeProperties includeStorageKeys setMode"),
  avMedia: { MediaLibrary: function () {} },
  getConfiguration: give(undefined),
  getUser: function (f) { later(f, [null]); return null; },
  getVisitorId: function (f) { later(f, [""]); return ""; },
  PA: function () {}
}, "deleteProperty deleteUser refresh sendEvent sendEvents setConfiguration setConfigurations setProperties setProperty setUser");
set(w[name].privacy, "getMode getModes", give("optout"));
