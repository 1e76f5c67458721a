// Cxense (cx.js, cx.cce.js). Nobody is counted; functions waiting for it are run, and visitors have no segments.
var c = (w.cX = w.cX || {});
if (c.library) return;
function take(item) {
  if (item[0] === "invoke") return item[1]();
  later(last(item), [[]]);
}
c.library = c;
c.options = c.options || {};
c.getUserSegmentIds = c.getUserSegmentIdsWithTimeout = function () { later(last(arguments), [[]]); return []; };
c.getUserId = c.getSessionId = give("");
c.invoke = function (f) { f(); };
set(c, "addExternalId initializePage sendEvent sendPageViewEvent sendSpanEvent setAllUrls setEventAttributes setSiteId setUserProfileParameters");
c.CCE = c.CCE || {};
c.callQueue = line(c.callQueue, take);
c.CCE.callQueue = line(c.CCE.callQueue, take);
