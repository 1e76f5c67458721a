// Integral Ad Science (iasPET). No slot is rated, and the page's ads need not wait for it.
var i = (w.__iasPET = w.__iasPET || {});
i.queue = line(i.queue, function (item) { later(item.dataHandler, ['{"brandSafety":{},"slots":{}}']); });
i.setTargetingForGPT = i.setTargetingForAppNexus = noop;
i.VERSION = i.VERSION || "0";
