import type { Texts } from './text-keys.ts'

/** Mails in German, sorted by key; people are addressed formally. */
export const german: Texts = {
  'approvers_waiting.opening': 'Anträge auf eine Ersatzanmeldung warten auf Ihre Entscheidung.',
  'approvers_waiting.subject': 'Ersatzanmeldung: Anträge warten auf eine Entscheidung',
  'broadcast_break_glass.opening':
    'Jemand hat den Notfallzugang benutzt: Eine privilegierte Anmeldung ohne biometrische Prüfung wurde sofort geöffnet und muss nachträglich bestätigt werden.',
  'broadcast_break_glass.subject': 'Ersatzanmeldung: Notfallzugang wurde benutzt',
  'disputed.opening':
    'Eine Person sagt, dass eine Ersatzanmeldung in ihrem Namen nicht von ihr war. Sie wurde widerrufen; bis jemand den Fall ansieht, ist die Ersatzanmeldung dieser Person gesperrt.',
  'disputed.subject': 'Ersatzanmeldung: Eine Person sagt, sie war es nicht',
  'fact.at': 'Zeitpunkt',
  'fact.case': 'Fall',
  'fact.client': 'Anwendung',
  'fact.count': 'Anzahl',
  'fact.due': 'Zu entscheiden bis',
  'fact.oldest': 'Ältester seit',
  'fact.path': 'Weg',
  'fact.profile': 'Profil',
  'fact.realm': 'Realm',
  'fact.tier': 'Stufe',
  'fact.until': 'Bis',
  'fact.user': 'Benutzer-ID',
  'ratification_due.opening':
    'Eine Notfallanmeldung wartet auf die Bestätigung durch Ihre Gruppe. Bestätigt sie niemand rechtzeitig, wird sie widerrufen.',
  'ratification_due.subject': 'Ersatzanmeldung: Eine Bestätigung steht aus',
  'review_due.opening':
    'Ersatzanmeldungen warten auf eine Nachprüfung durch jemanden, der nicht über sie entschieden hat.',
  'review_due.subject': 'Ersatzanmeldung: Nachprüfungen stehen aus',
  'security_issued.opening': 'Einer privilegierten Person wurde eine Anmeldung ohne biometrische Prüfung bewilligt.',
  'security_issued.subject': 'Ersatzanmeldung: Eine privilegierte Anmeldung wurde bewilligt',
  'security_used.opening': 'Eine privilegierte Person hat sich ohne biometrische Prüfung angemeldet.',
  'security_used.subject': 'Ersatzanmeldung: Eine privilegierte Anmeldung hat stattgefunden',
  'shared.dispute_desk':
    'Waren Sie das nicht? Sagen Sie es sofort Ihrem Service Desk und nennen Sie den Fall oben. Dort wird die Sitzung beendet und dieser Weg geschlossen.',
  'shared.dispute_page':
    'Waren Sie das nicht? Öffnen Sie die Seite unten und geben Sie das Wort unten ein. Das beendet die Sitzung, schließt diesen Weg und benachrichtigt die IT-Sicherheit.',
  'shared.footer': 'Gesendet von der Keycloak Fallback Bridge. Antworten an diese Adresse liest niemand.',
  'shared.never_asks':
    'Der Support fragt nie nach einem Code. Nennen Sie niemandem einen Code, und geben Sie nie einen ein, weil jemand Sie darum bittet.',
  'shared.open_case':
    'Sehen Sie den Fall in Ihrer eigenen, angemeldeten Kommandozeile an: fallback-bridge case show {case}',
  'shared.open_queue': 'Sehen Sie sie in Ihrer eigenen Kommandozeile an: fallback-bridge case list --waiting',
  'shared.open_queue_page':
    'Sehen Sie sie in Ihrer eigenen Kommandozeile an (fallback-bridge case list --waiting) oder unter {page}',
  'shared.open_reviews': 'Sehen Sie sie in Ihrer eigenen Kommandozeile an: fallback-bridge case reviews',
  'shared.open_reviews_page':
    'Sehen Sie sie in Ihrer eigenen Kommandozeile an (fallback-bridge case reviews) oder unter {page}',
  'shared.revoke': 'Wenn das nicht erwartet ist, widerrufen Sie es: fallback-bridge case revoke {case}',
  'subject_denied.opening': 'Ein Antrag, sich ohne biometrische Prüfung als Sie anzumelden, wurde abgelehnt.',
  'subject_denied.subject': 'Eine Ersatzanmeldung in Ihrem Namen wurde abgelehnt',
  'subject_issued.opening': 'Sie dürfen sich für kurze Zeit ohne biometrische Prüfung anmelden.',
  'subject_issued.subject': 'Eine Ersatzanmeldung in Ihrem Namen wurde bewilligt',
  'subject_used.opening': 'Sie haben sich ohne biometrische Prüfung angemeldet.',
  'subject_used.subject': 'Eine Ersatzanmeldung in Ihrem Namen hat stattgefunden',
  'verbal_to_confirm.opening':
    'Jemand hat eingetragen, dass Sie eine Ersatzanmeldung mündlich genehmigt haben. Bestätigen oder verweigern Sie das selbst; geschieht beides nicht rechtzeitig, wird sie widerrufen.',
  'verbal_to_confirm.subject': 'Ersatzanmeldung: Ist das Ihre Genehmigung?',
}
