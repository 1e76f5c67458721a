// Comscore's beacon (beacon.js, cs.js). Nobody is counted.
w.COMSCORE = w.COMSCORE || set({}, "beacon purge");
w._comscore = line(w._comscore, noop);
w.udm_ = w.udm_ || noop;
