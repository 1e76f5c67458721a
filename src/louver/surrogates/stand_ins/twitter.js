// X (Twitter) pixel (uwt.js, oct.js). Events go nowhere.
var twq = w.twq;
if (typeof twq !== "function") twq = w.twq = function () { twq.exe.apply(twq, arguments); };
twq.exe = noop;
twq.queue = [];
twq.version = twq.version || "1.1";
w.twttr = w.twttr || {};
w.twttr.conversion = w.twttr.conversion || set({}, "trackPid trackPidV2");
