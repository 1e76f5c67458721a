// Google Analytics content experiments (cx/api.js). Everybody sees the original.
if (w.cxApi) return;
w.cxApi = set({
  ORIGINAL_VARIATION: 0, NO_CHOSEN_VARIATION: -1, NOT_PARTICIPATING: -2,
  chooseVariation: give(0), getChosenVariation: give(0)
}, "setAllowHash setChosenVariation setCookiePath setDomainName");
