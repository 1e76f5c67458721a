// Adobe Experience Cloud ID service (VisitorAPI.js). Visitors have no ID, and who asks for one is told so.
if (w.Visitor && w.Visitor.getInstance) return;
var known = {};
function Visitor(org) { this.marketingCloudOrgID = org; }
Visitor.prototype = set({ version: "0", idSyncContainerID: 0 }, "init publishDestinations resetState setAnalyticsVisitorID " +
  "setAudienceManagerBlob setAudienceManagerLocationHint setCustomerIDs setMarketingCloudVisitorID " +
  "setSupplementalDataID subscribeToDestinations");
set(Visitor.prototype, "getAnalyticsVisitorID getAudienceManagerBlob getAudienceManagerLocationHint " +
  "getExperienceCloudVisitorID getMarketingCloudVisitorID", function (f) { later(f, [""]); return ""; });
set(Visitor.prototype, "getCustomerIDs", function () { return {}; });
set(Visitor.prototype, "getSupplementalDataID", give(""));
set(Visitor.prototype, "isAllowed isOptedOut", function (f) { later(f, [true]); return true; });
set(Visitor.prototype, "isAllowed", give(false));
set(Visitor.prototype, "appendVisitorIDsTo appendSupplementalDataIDTo", function (url) { return url; });
Visitor.prototype.getVisitorValues = function (f) { later(f, [{}]); };
Visitor.AuthState = { UNKNOWN: 0, AUTHENTICATED: 1, LOGGED_OUT: 2 };
Visitor.OptOut = { GLOBAL: "global" };
Visitor.getInstance = function (org) { return known[org] || (known[org] = new Visitor(org)); };
w.Visitor = Visitor;
