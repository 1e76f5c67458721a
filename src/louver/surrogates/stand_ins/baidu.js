// Baidu Tongji (hm.js). Nobody is counted.
w._hmt = line(w._hmt, noop);
w._hmt.id = w._hmt.id || "";
