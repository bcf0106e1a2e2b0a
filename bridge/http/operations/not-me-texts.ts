/** What a page says. */
export type NotMeTexts = {
  title: string
  intro: string
  label: string
  hint: string
  button: string
  done: string
  next: string
  unknown: string
  wait: string
  failed: string
}

/** Texts of the page where somebody says that a fallback was not theirs. */
export const notMeTexts: Readonly<Record<'en' | 'de', NotMeTexts>> = {
  en: {
    title: 'This was not me',
    intro:
      'You were told that somebody signed in as you by a fallback, and it was not you? Type the word from the notice. The sign-in is ended at once, and security looks at it.',
    label: 'Word from the notice',
    hint: 'Ten letters and digits. Large or small letters and spaces do not matter.',
    button: 'It was not me',
    done: 'It is done: the sign-in by the fallback is taken back, and security will look at it.',
    next: 'Change your password now, and call your service desk by a number that you know.',
    unknown:
      'This word is not known, or it is too old. Nothing was changed. Compare it with the notice and try again, or call your service desk.',
    wait: 'Too many words were tried from your network. Nothing was changed. Wait a quarter of an hour, or call your service desk.',
    failed: 'It did not work, and nothing was changed. Try again, or call your service desk.',
  },
  de: {
    title: 'Das war ich nicht',
    intro:
      'Ihnen wurde mitgeteilt, dass sich jemand mit einer Ausweichanmeldung als Sie angemeldet hat, und Sie waren es nicht? Geben Sie das Wort aus der Nachricht ein. Die Anmeldung wird sofort beendet, und die Sicherheitsabteilung prüft sie.',
    label: 'Wort aus der Nachricht',
    hint: 'Zehn Buchstaben und Ziffern. Groß- und Kleinschreibung und Leerzeichen sind gleich.',
    button: 'Das war ich nicht',
    done: 'Erledigt: Die Ausweichanmeldung ist zurückgenommen, und die Sicherheitsabteilung wird sie prüfen.',
    next: 'Ändern Sie jetzt Ihr Passwort, und rufen Sie Ihren Service-Desk unter einer Ihnen bekannten Nummer an.',
    unknown:
      'Dieses Wort ist nicht bekannt oder zu alt. Es wurde nichts geändert. Vergleichen Sie es mit der Nachricht und versuchen Sie es noch einmal, oder rufen Sie Ihren Service-Desk an.',
    wait: 'Aus Ihrem Netz wurden zu viele Wörter versucht. Es wurde nichts geändert. Warten Sie eine Viertelstunde, oder rufen Sie Ihren Service-Desk an.',
    failed:
      'Das hat nicht geklappt, und es wurde nichts geändert. Versuchen Sie es noch einmal, oder rufen Sie Ihren Service-Desk an.',
  },
}
