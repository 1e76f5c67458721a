// Chartbeat. Nobody is counted.
w.pSUPERFLY = w.pSUPERFLY || set({}, "activity virtualPage");
w.pSUPERFLY_pub = w.pSUPERFLY_pub || set({}, "addEngagedTimeSample");
w.pSUPERFLY_mab = w.pSUPERFLY_mab || {};
w._cbq = line(w._cbq, noop);
