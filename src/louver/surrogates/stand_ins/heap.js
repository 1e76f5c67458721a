// Heap. Nothing is recorded.
var h = w.heap;
if (h && h.loaded) return;
h = w.heap = h || [];
h.length = 0;
set(h, "addAccountProperties addEventProperties addUserProperties clearEventProperties identify init load onReady removeEventProperty " +
  "resetIdentity setEventProperties startTracking stopTracking track");
h.addReadyHandler = h.onReady = function (f) { later(f); };
h.identity = null;
h.userId = h.sessionId = "";
h.getUserId = h.getIdentity = h.getSessionId = give("");
h.push = noop;
h.loaded = true;
