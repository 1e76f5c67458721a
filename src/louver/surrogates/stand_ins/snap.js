// Snap pixel (scevent.min.js). Events go nowhere.
var s = w.snaptr;
if (typeof s !== "function") s = w.snaptr = function () { s.handleRequest.apply(s, arguments); };
s.handleRequest = noop;
s.queue = [];
