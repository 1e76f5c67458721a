// PopAds. No window pops up; pages that look for its globals find them.
w.PopAds = w.PopAds || {};
w.popns = w.popns || {};
