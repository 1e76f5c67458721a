// AddThis (addthis_widget.js). There are no share buttons; ready functions are called.
if (w.addthis && w.addthis.init) return;
var a = (w.addthis = set({
  ready: function (f) { later(f); },
  addEventListener: function (type, f) { if (type === "addthis.ready") later(f, [{ type: type, data: {} }]); },
  auth: { getUser: noop },
  osta: {}, sharecounters: { getShareCounts: function (options, f) { later(f, [[]]); } },
  user: { getID: give(""), getGeolocation: give(""), getPreferredServices: give([]), getServiceShareHistory: give([]), isOptedOut: give(true),
    isUserOf: give(false), isReturningSocialVisitor: give(false), hasInterest: give(false), interests: give([]), location: give({}), ready: later,
    services: give([]), isLocatedIn: give(false), trafficSource: give("") },
  session: { source: give(""), isSocial: give(false), isSearch: give(false) },
  links: {}, util: { getServices: give([]) }, params: {}, status: {}
}, "box button counter count data_ga_tracker init layers login lightbox menu messages removeEventListener share sharers smartlayers toolbox update url"));
a.bar = set({}, "show initialize render");
