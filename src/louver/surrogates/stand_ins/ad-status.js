// DoubleClick's ad_status.js, by which pages and players ask whether ads can load.
w.google_ad_status = 1;
