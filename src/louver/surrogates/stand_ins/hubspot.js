// HubSpot tracking code. Nobody is counted; functions waiting for it are run.
w._hsq = line(w._hsq, function (item) { if (typeof item === "function") item(); });
w._hsp = w._hsp || [];
