// Scripts named like ads (prebid-ads.js, ads.js), by whose absence pages guess that ads are blocked.
w.canRunAds = true;
w.isAdBlockActive = false;
