// Quantcast Measure (quant.js). Nobody is counted.
w._qevents = line(w._qevents, noop);
w.__qc = w.__qc || { push: noop };
w.quantserve = w.quantserve || noop;
