// A stand-in that lists ask for: from now on the page cannot run text as code by eval.
if (w.eval.off) return;
w.eval = function () {};
w.eval.off = true;
