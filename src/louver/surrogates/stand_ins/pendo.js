// Pendo. Nothing is recorded, and no guide is shown.
var p = (w.pendo = w.pendo || {});
if (p.isReady) return;
var waiting = p._q || [];
set(p, "addAltText clearSession disableDebugging enableDebugging findGuideByName flushNow getAccountId hideGuides loadGuides " +
  "initialize identify onGuideAdvanced onGuideDismissed onGuideNext onGuidePrevious pageLoad removeAltText setGuidesDisabled setLanguage " +
  "showGuideById showGuideByName startGuides startSendingEvents stopGuides stopSendingEvents teardown toggleLauncher track trackAgent updateOptions validateInstall");
set(p, "getAccountId getVisitorId getSerializedMetadata getVersion", give(""));
set(p, "getActiveGuides", function () { return []; });
set(p, "areGuidesDisabled", give(true));
set(p, "isSendingEvents isTrackingEnabled", give(false));
p.events = set({}, "deliverablesLoaded guidesFailed guidesLoaded ready validateGuide validateLauncher validateGlobalScript", itself);
p.isReady = give(true);
p.guides = [];
function ready(options) { later(options && options.events && options.events.ready); }
p.initialize = ready;
p._q = line(waiting, function (item) { if (item[0] === "initialize") ready(item[1]); });
