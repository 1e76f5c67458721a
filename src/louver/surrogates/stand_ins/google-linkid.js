// Google Analytics link attribution (inpage_linkid.js), a plug-in that only adds to hits.
w._gaq = w._gaq || [];
