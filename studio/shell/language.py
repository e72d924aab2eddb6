"""The interface's language: which one, and the translations that make it so."""

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

from studio.shell.theme import is_chinese, resources

ENGLISH = "en"
CHINESE = "zh_CN"


def resolve_language(wanted: str) -> str:
    """ "en" or "zh_CN" for what the user chose; "system" follows the system's first language."""
    if wanted != "system":
        return wanted
    languages = QLocale.system().uiLanguages()
    return CHINESE if languages and is_chinese(languages[0]) else ENGLISH


class Translations(QObject):
    """Holds the translators that are installed in the application."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._installed: list[QTranslator] = []

    def install(self, language: str) -> None:
        """Speak ``language`` from now on; texts that are shown already stay as they are.

        English is the language of the sources, and still has a file: it holds the plurals.
        """
        self.clear()
        QLocale.setDefault(QLocale(language))
        qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        own = str(resources() / "translations")
        for name, folder in ((f"qtbase_{language}", qt), (f"atelier_{language}", own)):
            translator = QTranslator(self)
            if translator.load(name, folder):
                self._app.installTranslator(translator)
                self._installed.append(translator)

    def clear(self) -> None:
        """Speak the language of the sources again."""
        for translator in self._installed:
            self._app.removeTranslator(translator)
            translator.deleteLater()
        self._installed.clear()
