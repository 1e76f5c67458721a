// Meta Pixel (fbevents.js). Events go nowhere.
var fbq = w.fbq;
if (fbq && fbq.callMethod) return;
if (typeof fbq !== "function") fbq = w.fbq = function () { fbq.callMethod.apply(fbq, arguments); };
w._fbq = w._fbq || fbq;
fbq.callMethod = noop;
fbq.push = fbq;
fbq.queue = [];
fbq.loaded = true;
fbq.version = fbq.version || "2.0";
fbq.getState = function () { return { pixels: [], pixelInitializationErrors: [] }; };
set(fbq, "set on once disablePushState");
