"""Knows how consent questions are answered: the buttons of common platforms, and what buttons say in many languages."""

from __future__ import annotations

from typing import Final

ACCEPT: Final = (
    "#onetrust-accept-btn-handler",
    "#CybotCookiebotDialogBodyLevelButtonLevelOptinAllowAll",
    "#CybotCookiebotDialogBodyButtonAccept",
    "#didomi-notice-agree-button",
    "#truste-consent-button",
    ".qc-cmp2-summary-buttons button[mode=primary]",
    "[data-testid=uc-accept-all-button]",
    "button.sp_choice_type_11",
    ".iubenda-cs-accept-btn",
    ".fc-cta-consent",
    "#axeptio_btn_acceptAll",
    "#tarteaucitronPersonalize2",
    ".klaro .cm-btn-success",
    ".cky-btn-accept",
    ".cmplz-accept",
    "#cmpwelcomebtnyes a",
    ".osano-cm-accept-all",
    ".cc-allow",
    "#hs-eu-confirmation-button",
    "[data-cookiefirst-action=accept]",
    "[data-borlabs-cookie-accept-all]",
)
"""Buttons that agree to everything, of the common consent platforms."""

REJECT: Final = (
    "#onetrust-reject-all-handler",
    "#CybotCookiebotDialogBodyButtonDecline",
    "#didomi-notice-disagree-button",
    "#truste-consent-required",
    ".qc-cmp2-summary-buttons button[mode=secondary]",
    "[data-testid=uc-deny-all-button]",
    "button.sp_choice_type_13",
    ".iubenda-cs-reject-btn",
    ".fc-cta-do-not-consent",
    "#axeptio_btn_dismiss",
    "#tarteaucitronAllDenied2",
    ".klaro .cn-decline",
    ".cky-btn-reject",
    ".cmplz-deny",
    "#cmpwelcomebtnno a",
    ".osano-cm-denyAll",
    ".cc-deny",
    "#hs-eu-decline-button",
    "[data-cookiefirst-action=reject]",
    "[data-borlabs-cookie-accept-essential]",
)
"""Buttons that refuse everything that may be refused."""

ACCEPT_WORDS: Final = (
    "accept|accept all|accept all cookies|accept cookies|allow all|allow all cookies|agree|i agree|agree to all|got it",
    "akzeptieren|alle akzeptieren|alle cookies akzeptieren|allen zustimmen|zustimmen|einverstanden|alle zulassen",
    "accepter|tout accepter|accepter tout|j'accepte|accepter et fermer|autoriser tous les cookies",
    "aceptar|aceptar todo|aceptar todas|aceptar todas las cookies|aceptar cookies|permitir todas",
    "accetta|accetta tutto|accetta tutti|accetta tutti i cookie|accetto|consenti tutti",
    "aceitar|aceitar tudo|aceitar todos|aceitar todos os cookies|permitir todos",
    "accepteren|alles accepteren|alle cookies accepteren|akkoord|alles toestaan",
    "akceptuję|zaakceptuj wszystkie|akceptuj wszystkie|zgadzam się|zezwól na wszystkie",
    "godkänn|godkänn alla|acceptera alla|tillåt alla|jag godkänner",
    "accepter alle|tillad alle|godkend alle|godta alle|aksepter alle|tillat alle",
    "hyväksy|hyväksy kaikki|salli kaikki",
    "přijmout vše|souhlasím|povolit vše|prijať všetko|elfogadom|összes elfogadása",
    "acceptă tot|accept toate|αποδοχή όλων|tümünü kabul et|kabul et|принять|принять все|согласен",
    "同意|全部接受|接受所有|すべて許可|すべて受け入れる|同意する|모두 동의|모두 허용",
)
"""What buttons that agree say, one row a language or a family of them; compared whole and in lower case."""

REJECT_WORDS: Final = (
    "reject|reject all|reject all cookies|decline|decline all|deny|deny all|refuse|refuse all|only necessary",
    "necessary only|use necessary cookies only|only essential|essential only|continue without accepting",
    "ablehnen|alle ablehnen|nur notwendige|nur notwendige cookies|nur erforderliche|nur essenzielle|alles ablehnen",
    "refuser|tout refuser|refuser tout|continuer sans accepter|je refuse|non merci",
    "rechazar|rechazar todo|rechazar todas|solo necesarias|sólo necesarias|denegar",
    "rifiuta|rifiuta tutto|rifiuta tutti|solo necessari|continua senza accettare",
    "rejeitar|rejeitar tudo|rejeitar todos|recusar|apenas necessários",
    "weigeren|alles weigeren|alleen noodzakelijke|alleen noodzakelijk|afwijzen|alles afwijzen",
    "odrzuć|odrzuć wszystkie|odmawiam|tylko niezbędne",
    "avvisa|avvisa alla|neka alla|endast nödvändiga",
    "afvis alle|kun nødvendige|avslå alle|bare nødvendige",
    "hylkää|hylkää kaikki|vain välttämättömät",
    "odmítnout vše|pouze nezbytné|odmietnuť všetko|elutasítom|összes elutasítása",
    "respinge tot|refuză tot|απόρριψη όλων|tümünü reddet|reddet|отклонить|отклонить все",
    "拒绝|全部拒绝|拒绝所有|すべて拒否|拒否する|모두 거부|거부",
)
"""What buttons that refuse say."""

BUTTONS: Final = {"accept": (ACCEPT, ACCEPT_WORDS), "reject": (REJECT, REJECT_WORDS)}
"""Answer to its selectors and its words."""


def words(answer: str) -> list[str]:
    """Return what a button that gives an answer may say, in lower case."""
    return [word for line in BUTTONS[answer][1] for word in line.split("|")]
