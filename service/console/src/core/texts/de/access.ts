import type { access as en } from "../en/access";
import type { Words } from "../words";

export const access: Words<typeof en> = {
  "access.user": "Benutzer",
  "access.password": "Passwort",
  "access.show": "Passwort zeigen",
  "access.hide": "Passwort verbergen",
  "access.caps": "Die Feststelltaste ist an.",
  "access.sign_in": "Anmelden",
  "access.sign_in_more": "Anmelden…",
  "access.sign_in_why": "Anmelden oder nur zusehen.",
  "access.signing_in": "Meldet an",
  "access.sign_out": "Abmelden",
  "access.watch": "Nur zusehen",
  "access.wrong": "Benutzer oder Passwort ist falsch.",
  "access.wait":
    "Benutzer oder Passwort war zu oft falsch. Der nächste Versuch geht in {seconds} s.",
  "access.no_answer": "Die Station antwortet nicht. Noch einmal versuchen.",
  "access.plain":
    "Diese Seite kam unverschlüsselt (HTTP): Andere im Netz können mitlesen, was Sie tippen.",

  "access.set_up": "Station einrichten",
  "access.set_up_more": "Einrichten…",
  "access.set_up_title": "Einrichten",
  "access.set_up_why":
    "Noch kann sich niemand anmelden. Der Code aus dem Protokoll der Station macht den ersten Administrator.",
  "access.code": "Einrichtungscode",
  "access.code_hint":
    "Im Protokoll der Station und in der Datei setup.code ihres Datenordners. Jeder Start macht einen neuen; er gilt 30 Minuten.",
  "access.admin": "Name des Administrators",
  "access.again": "Passwort noch einmal",
  "access.short": "Ein Passwort hat mindestens 10 Zeichen.",
  "access.differ": "Die beiden Passwörter sind verschieden.",
  "access.programs": "Bis dahin öffnet das erzeugte Zugangswort die Station:",
  "access.token": "Zugangswort eingeben",

  "access.station": "Die Station",
  "access.link": "Verbindung",
  "access.live": "lebt",
  "access.silent": "keine Antwort",
  "access.state": "Zustand",
  "access.last": "Letztes Teil",
  "access.age": "Alter",
  "access.address": "Adresse dieser Station als QR-Code",
  "access.phone": "Diese Station auf dem Telefon öffnen:",

  "access.menu": "Benutzer: {who}",
  "access.watching": "Zuschauer",
  "access.everybody": "Vorführung",
  "access.loopback": "Von diesem Rechner aus ist alles erlaubt, bis die Station eingerichtet ist.",
  "access.observer": "Zuschauer",
  "access.operator": "Bediener",
  "access.engineer": "Einrichter",
  "access.administrator": "Administrator",
  "access.scada": "SCADA",
  "access.role_rests": "{role}, bis Sie Ihr Passwort eingeben",
  "access.theme": "Farben",
  "access.theme_toggle": "Dunkel oder hell",
  "access.system": "System",
  "access.dark": "Dunkel",
  "access.light": "Hell",
  "access.language": "Sprache",
  "access.english": "English",
  "access.german": "Deutsch",

  "access.ended": "Ihre Sitzung ist zu Ende",
  "access.ended_why":
    "Zum Weiterarbeiten neu anmelden. Die Seite bleibt, wie sie ist; nicht Gespeichertes ist noch da.",
  "access.ended_watch":
    "Zum Weiterarbeiten neu anmelden, oder schließen und zusehen. Die Seite bleibt, wie sie ist; nicht Gespeichertes ist noch da.",
  "access.rests": "Passwort eingeben",
  "access.rests_strong": "Ihre Rechte ruhen.",
  "access.rests_more":
    "Hier geschah 15 Minuten lang nichts: Bis Sie Ihr Passwort eingeben, sind Sie Bediener.",
  "access.rests_why":
    "Hier geschah 15 Minuten lang nichts. {name}, mit Ihrem Passwort haben Sie wieder alle Rechte.",
  "access.unlock": "Weiter",
  "access.unlock_more": "Passwort eingeben…",
  "access.change": "Eigenes Passwort ändern",
  "access.change_more": "Passwort ändern…",
  "access.change_now": "Passwort ändern",
  "access.change_why": "Mindestens 10 Zeichen. Ihre anderen Sitzungen enden.",
  "access.before": "Bisheriges Passwort",
  "access.next": "Neues Passwort",
};
