// New Relic browser agent. Nothing is reported.
if (w.newrelic && w.newrelic.noticeError) return;
var interaction = set({}, "actionText createTracer end getContext ignore onEnd save setAttribute setName", itself);
interaction.createTracer = function (name, f) { return f || noop; };
interaction.getContext = function (f) { later(f, [{}]); return interaction; };
w.newrelic = set({ info: {}, initializedAgents: {}, interaction: function () { return interaction; } },
  "addPageAction addRelease addToTrace finished inlineHit log noticeError recordCustomEvent recordReplay pauseReplay " +
  "setApplicationVersion setCurrentRouteName setCustomAttribute setErrorHandler setPageViewName setUserId start wrapLogger");
w.newrelic.wrap = function (f) { return f; };
w.NREUM = w.NREUM || {};
