// Marketo Munchkin. Nobody is counted.
w.mktoMunchkin = w.mktoMunchkin || noop;
w.mktoMunchkinFunction = w.mktoMunchkinFunction || noop;
w.Munchkin = w.Munchkin || set({}, "init munchkinFunction createTrackingCookie");
