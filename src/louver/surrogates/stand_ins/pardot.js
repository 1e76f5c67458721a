// Pardot (pd.js). Nobody is counted.
w.piVersion = w.piVersion || "1";
w.piScriptObj = w.piScriptObj || {};
w.checkNamespace = w.checkNamespace || noop;
w.getPardotUrl = w.getPardotUrl || give("");
w.piGetParameter = w.piGetParameter || give("");
w.piSetCookie = w.piSetCookie || noop;
w.piGetCookie = w.piGetCookie || give("");
w.piTracker = w.piTracker || noop;
w.piResponse = w.piResponse || noop;
