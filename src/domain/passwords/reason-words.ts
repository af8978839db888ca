import type { PasswordReasonCode } from "../errors"

type ReasonWords = Record<PasswordReasonCode, string>

/** Why a password is refused, by language. `{limit}` is a number of characters. The languages are those of mails. */
const WORDS: Record<string, ReasonWords> = {
  en: {
    too_short: "Use at least {limit} characters.",
    too_long: "Use at most {limit} characters.",
    common: "This password is too common. Please choose another one.",
    personal: "Choose one that is not made of your address, your name or the store's name.",
    too_weak: "This password is easy to guess. Please choose a longer or less usual one.",
    breached: "This password is known from data breaches. Please choose another one.",
  },
  de: {
    too_short: "Verwenden Sie mindestens {limit} Zeichen.",
    too_long: "Verwenden Sie höchstens {limit} Zeichen.",
    common: "Dieses Passwort ist zu verbreitet. Bitte wählen Sie ein anderes.",
    personal:
      "Wählen Sie eines, das nicht aus Ihrer Adresse, Ihrem Namen oder dem Namen des Shops besteht.",
    too_weak:
      "Dieses Passwort ist leicht zu erraten. Bitte wählen Sie ein längeres oder ungewöhnlicheres.",
    breached: "Dieses Passwort ist aus Datenlecks bekannt. Bitte wählen Sie ein anderes.",
  },
  fr: {
    too_short: "Utilisez au moins {limit} caractères.",
    too_long: "Utilisez au plus {limit} caractères.",
    common: "Ce mot de passe est trop courant. Veuillez en choisir un autre.",
    personal:
      "Choisissez-en un qui ne reprenne ni votre adresse, ni votre nom, ni celui de la boutique.",
    too_weak:
      "Ce mot de passe est facile à deviner. Veuillez en choisir un plus long ou moins courant.",
    breached: "Ce mot de passe figure dans des fuites de données. Veuillez en choisir un autre.",
  },
  es: {
    too_short: "Usa al menos {limit} caracteres.",
    too_long: "Usa como máximo {limit} caracteres.",
    common: "Esta contraseña es demasiado común. Elige otra.",
    personal: "Elige una que no esté formada por tu dirección, tu nombre o el nombre de la tienda.",
    too_weak: "Esta contraseña es fácil de adivinar. Elige una más larga o menos habitual.",
    breached: "Esta contraseña aparece en filtraciones de datos. Elige otra.",
  },
  it: {
    too_short: "Usa almeno {limit} caratteri.",
    too_long: "Usa al massimo {limit} caratteri.",
    common: "Questa password è troppo comune. Scegline un'altra.",
    personal:
      "Scegline una che non sia composta dal tuo indirizzo, dal tuo nome o dal nome del negozio.",
    too_weak: "Questa password è facile da indovinare. Scegline una più lunga o meno comune.",
    breached: "Questa password compare in violazioni di dati note. Scegline un'altra.",
  },
  pt: {
    too_short: "Use pelo menos {limit} caracteres.",
    too_long: "Use no máximo {limit} caracteres.",
    common: "Esta senha é muito comum. Escolha outra.",
    personal: "Escolha uma que não seja formada por seu endereço, seu nome ou o nome da loja.",
    too_weak: "Esta senha é fácil de adivinhar. Escolha uma mais longa ou menos comum.",
    breached: "Esta senha aparece em vazamentos de dados. Escolha outra.",
  },
  nl: {
    too_short: "Gebruik minstens {limit} tekens.",
    too_long: "Gebruik hoogstens {limit} tekens.",
    common: "Dit wachtwoord komt te vaak voor. Kies een ander.",
    personal: "Kies er een dat niet bestaat uit je adres, je naam of de naam van de winkel.",
    too_weak: "Dit wachtwoord is makkelijk te raden. Kies een langer of minder gewoon wachtwoord.",
    breached: "Dit wachtwoord is bekend uit datalekken. Kies een ander.",
  },
  pl: {
    too_short: "Minimalna liczba znaków: {limit}.",
    too_long: "Maksymalna liczba znaków: {limit}.",
    common: "To hasło jest zbyt popularne. Wybierz inne.",
    personal:
      "Wybierz hasło, które nie składa się z Twojego adresu, imienia i nazwiska ani z nazwy sklepu.",
    too_weak: "To hasło łatwo odgadnąć. Wybierz dłuższe lub mniej typowe.",
    breached: "To hasło pojawiło się w wyciekach danych. Wybierz inne.",
  },
  sv: {
    too_short: "Använd minst {limit} tecken.",
    too_long: "Använd högst {limit} tecken.",
    common: "Lösenordet är för vanligt. Välj ett annat.",
    personal: "Välj ett som inte består av din adress, ditt namn eller butikens namn.",
    too_weak: "Lösenordet är lätt att gissa. Välj ett som är längre eller mindre vanligt.",
    breached: "Lösenordet är känt från dataläckor. Välj ett annat.",
  },
  da: {
    too_short: "Brug mindst {limit} tegn.",
    too_long: "Brug højst {limit} tegn.",
    common: "Adgangskoden er for almindelig. Vælg en anden.",
    personal: "Vælg en, der ikke består af din adresse, dit navn eller butikkens navn.",
    too_weak: "Adgangskoden er let at gætte. Vælg en, der er længere eller mindre almindelig.",
    breached: "Adgangskoden er kendt fra datalæk. Vælg en anden.",
  },
  cs: {
    too_short: "Minimální počet znaků: {limit}.",
    too_long: "Maximální počet znaků: {limit}.",
    common: "Toto heslo je příliš běžné. Zvolte prosím jiné.",
    personal: "Zvolte heslo, které se neskládá z vaší adresy, vašeho jména ani z názvu obchodu.",
    too_weak: "Toto heslo lze snadno uhodnout. Zvolte prosím delší nebo méně obvyklé.",
    breached: "Toto heslo je známé z úniků dat. Zvolte prosím jiné.",
  },
  ja: {
    too_short: "{limit}文字以上にしてください。",
    too_long: "{limit}文字以内にしてください。",
    common: "このパスワードはよく使われています。別のものを選んでください。",
    personal:
      "メールアドレス、お名前、ストア名をもとにしたパスワードは使えません。別のものを選んでください。",
    too_weak:
      "このパスワードは推測されやすいです。より長いもの、または独自のものを選んでください。",
    breached: "このパスワードは過去に漏えいしたものです。別のものを選んでください。",
  },
  zh: {
    too_short: "请至少使用 {limit} 个字符。",
    too_long: "请最多使用 {limit} 个字符。",
    common: "此密码过于常见，请换一个。",
    personal: "请勿使用由您的邮箱地址、姓名或商店名称构成的密码。",
    too_weak: "此密码容易被猜到，请换一个更长或更独特的密码。",
    breached: "此密码曾在数据泄露中出现，请换一个。",
  },
  ar: {
    too_short: "الحد الأدنى لعدد الأحرف: {limit}.",
    too_long: "الحد الأقصى لعدد الأحرف: {limit}.",
    common: "كلمة المرور هذه شائعة جدًا. يُرجى اختيار كلمة أخرى.",
    personal: "اختر كلمة مرور لا تتكوّن من عنوانك أو اسمك أو اسم المتجر.",
    too_weak: "من السهل تخمين كلمة المرور هذه. يُرجى اختيار كلمة أطول أو أقل شيوعًا.",
    breached: "ظهرت كلمة المرور هذه في تسريبات بيانات. يُرجى اختيار كلمة أخرى.",
  },
}

/** The languages that there are words in. */
export const REASON_LANGUAGES = Object.keys(WORDS)

/**
 * Says why a password is refused.
 *
 * @param locale BCP 47 tag of a language that mails are written in; English where there are no words in it
 * @param limits in characters
 */
export function wordReason(
  code: PasswordReasonCode,
  { minLength, maxLength }: { minLength: number; maxLength: number },
  locale = "en",
): string {
  const { language } = new Intl.Locale(locale)
  const words = WORDS[language] ?? WORDS.en!
  return words[code].replace("{limit}", String(code === "too_short" ? minLength : maxLength))
}
