// Fathom. Nobody is counted.
w.fathom = w.fathom || set({ isTrackingEnabled: give(false) }, "beacon blockTrackingForMe enableTrackingForMe setSite trackEvent trackGoal trackPageview");
