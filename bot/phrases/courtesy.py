"""Greetings, thanks and questions about the bot itself: no search, no gap, a sentence back."""

from __future__ import annotations

import re

from bot.phrases import Phrases

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_STOP = re.compile(r"[,.;:!?…¡¿、。，！？；：،؟\n]+")


def _form(said: str) -> str:
    return " ".join(_WORD.findall(said.casefold()))


_GREETINGS = frozenset(map(_form, (
    "hello", "hi", "hey", "hi there", "hello there", "good morning", "good afternoon", "good evening", "how are you",
    "are you there", "test", "ping", "start", "hallo", "guten tag", "guten morgen", "guten abend", "servus", "moin",
    "hi bot", "hello bot", "hey there", "howdy", "greetings", "hallo bot", "hallo zusammen", "grüezi", "grüß gott",
    "bonjour", "bonsoir", "salut", "coucou", "ça va", "comment ça va", "wie geht's", "wie geht es dir",
    "hola", "buenos días", "buenos dias", "buenas tardes", "buenas noches", "buenas", "qué tal", "que tal",
    "cómo estás", "ciao", "buongiorno", "buonasera", "salve", "olá", "ola", "oi", "bom dia", "boa tarde", "boa noite",
    "tudo bem", "hoi", "goedemorgen", "goedemiddag", "goedenavond", "hej", "hejsan", "god dag", "hei", "moi", "terve",
    "ahoj", "dobrý den", "cześć", "dzień dobry", "witam", "szia", "sziasztok", "jó napot", "salutare", "bună",
    "bună ziua", "merhaba", "selam", "günaydın", "iyi akşamlar", "γεια", "γεια σου", "καλημέρα", "καλησπέρα",
    "привет", "приветик", "приветствую", "здравствуй", "здравствуйте", "добрый день", "доброе утро", "добрый вечер",
    "как дела", "привіт", "добрий день", "вітаю", "здравей", "здраво", "bok", "zdravo", "dobar dan",
    "你好", "您好", "你好吗", "嗨", "哈喽", "哈囉", "大家好", "早上好", "晚上好", "早安", "晚安",
    "こんにちは", "こんばんは", "おはよう", "おはようございます", "やあ", "もしもし", "안녕", "안녕하세요", "여보세요",
    "xin chào", "chào", "สวัสดี", "สวัสดีครับ", "สวัสดีค่ะ", "selamat pagi", "selamat siang", "apa kabar",
    "नमस्ते", "नमस्कार", "हैलो", "مرحبا", "اهلا", "أهلا", "السلام عليكم", "صباح الخير", "مساء الخير", "سلام", "שלום", "היי",
)))  # fmt: skip
_THANKS = frozenset(map(_form, (
    "thanks", "thank you", "thank you very much", "thanks a lot", "many thanks", "thx", "ty", "cheers", "ok", "okay",
    "ok thanks", "great thanks", "cool thanks", "great", "nice", "cool", "perfect", "bye", "goodbye", "good night",
    "danke", "danke schön", "dankeschön", "vielen dank", "tschüss", "merci", "merci beaucoup", "au revoir",
    "gracias", "muchas gracias", "adiós", "grazie", "grazie mille", "obrigado", "obrigada", "muito obrigado",
    "dank je", "dank u", "tack", "takk", "kiitos", "děkuji", "dziękuję", "köszönöm", "mulțumesc", "teşekkürler",
    "ευχαριστώ", "спасибо", "большое спасибо", "спасибо большое", "благодарю", "пока", "до свидания", "дякую",
    "谢谢", "謝謝", "谢谢你", "再见", "ありがとう", "ありがとうございます", "감사합니다", "고마워", "cảm ơn", "ขอบคุณ",
    "terima kasih", "धन्यवाद", "शुक्रिया", "شكرا", "شكراً", "תודה",
)))  # fmt: skip
_ITSELF = frozenset(map(_form, (
    "who are you", "what are you", "are you a bot", "are you human", "are you an ai", "are you real",
    "what can you do", "what do you do", "what can i ask", "what can i ask you", "what do you know", "how do you work",
    "how does this work", "what are your sources", "where do you get your information", "help", "help me",
    "wer bist du", "was bist du", "was kannst du", "was weißt du", "was kann ich fragen", "bist du ein bot", "hilfe",
    "qui es-tu", "qui êtes-vous", "que sais-tu faire", "que peux-tu faire", "tu es un bot", "aide",
    "quién eres", "qué eres", "qué puedes hacer", "qué sabes", "qué puedo preguntar", "eres un bot", "ayuda",
    "кто ты", "ты бот", "что ты умеешь", "помощь", "你是谁", "你能做什么", "帮助",
)))  # fmt: skip
_GLAD = frozenset("👍👌👏🙏🙌❤♥💙💚🔥🎉😀😃😄😁🙂😊😍🥰🤗👋")


def courtesy(said: str, say: Phrases) -> str:
    """Return what to say to a greeting, to thanks, to signs alone, and to who asks what this is; else empty."""
    parts = {form for part in _STOP.split(said) if (form := _full(_form(part)))}
    if not parts:
        return say.empty if _GLAD.isdisjoint(said) else say.welcome
    if not parts <= _GREETINGS | _THANKS | _ITSELF:
        return ""
    if parts & _ITSELF:
        return say.itself
    return say.welcome if parts & _THANKS else say.empty


def _full(form: str) -> str:
    return form.replace("what's", "what is").replace("who're", "who are")
