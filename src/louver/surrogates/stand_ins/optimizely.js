// Optimizely Web. There are no experiments, and pages show what they have.
var o = w.optimizely;
if (o && o.get) return;
var nothing = function () { return {}; }, parts = {
  data: { experiments: {}, campaigns: {}, audiences: {}, events: {}, pages: {}, dimensions: {}, projectId: "", accountId: "" },
  visitor: { visitorId: "", custom: {}, customBehavior: {} },
  visitor_id: { randomId: "" },
  behavior: set({}, "getEvents query", function () { return []; }),
  dcp: { getAttributeValue: noop },
  session: { sessionId: "" },
  state: set({ isActive: give(false), getRedirectInfo: give(null) },
    "getActivationId getCampaignStates getExperimentStates getPageStates getVariationMap getCampaignStateLists getDecisionObject", nothing),
  utils: { observeSelector: function () { return noop; }, poll: function () { return noop; }, waitForElement: function () { return promise(null); },
    waitUntil: function () { return promise(null); } }
};
parts.state.getActiveExperimentIds = function () { return []; };
w.optimizely = line(o, noop);
w.optimizely.get = function (name) { return parts[name]; };
w.optimizely.initialized = true;
w.optimizely.getVisitorId = give("");
