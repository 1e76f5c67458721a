// FingerprintJS 3 and later. Every browser has the same fingerprint, of nothing.
if (w.FingerprintJS) return;
var hash = "00000000000000000000000000000000", agent = {
  get: function () {
    return promise({ visitorId: hash, requestId: "", confidence: { score: 0 }, components: {}, version: "3" });
  },
  collect: give(promise({}))
};
w.FingerprintJS = {
  load: function () { return promise(agent); },
  hashComponents: give(hash),
  componentsToDebugString: give("{}"),
  x64hash128: give(hash),
  defaultEndpoint: "", defaultScriptUrlPattern: "",
  isBotd: false
};
w.FingerprintJS["default"] = w.FingerprintJS;
