// LogRocket. Nothing is recorded; a store that it was to watch works as before.
if (w.LogRocket && w.LogRocket.init) return;
w.LogRocket = set({
  getSessionURL: function (f) { later(f, [""]); },
  reduxMiddleware: function () {
    return function () { return function (next) { return function (action) { return next(action); }; }; };
  },
  reduxEnhancer: function () { return function (create) { return create; }; },
  sessionURL: null, recordingID: null, version: "0"
}, "addLink captureException captureMessage debug error getSessionInfo identify info init log newSession " +
  "startNewSession start track uninstall warn");
