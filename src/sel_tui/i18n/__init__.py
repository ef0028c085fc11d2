"""Words in the person's language: gettext catalogues, one .po file for each language and nothing else."""

from sel_tui.i18n.catalogue import LANGUAGES, Words

__all__ = ["LANGUAGES", "Words"]
