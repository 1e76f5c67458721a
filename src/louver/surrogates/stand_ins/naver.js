// Naver Analytics (wcslog.js). Nobody is counted.
w.wcs_add = w.wcs_add || {};
w.wcs_do = w.wcs_do || give(false);
w.wcs = w.wcs || set({ inflow: noop, ref: "", cnv: give(""), isCPA: false }, "event pageview setReferer trans");
