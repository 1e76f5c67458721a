// 51.la statistics. Nobody is counted.
w.LA = w.LA || set({ ids: [] }, "init track");
