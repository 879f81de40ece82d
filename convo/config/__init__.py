"""Settings: flag over environment over project file over user file over default, each with its provenance."""

from convo.config.checks import check_setting
from convo.config.loading import PROJECT_FILE, default_store, load_settings, project_file, user_file
from convo.config.settings import (
    AssistantSettings,
    ChannelSettings,
    ScreenSettings,
    Settings,
    is_setting,
    setting_names,
    setting_value,
    variable_of,
)

__all__ = [
    "PROJECT_FILE",
    "AssistantSettings",
    "ChannelSettings",
    "ScreenSettings",
    "Settings",
    "check_setting",
    "default_store",
    "is_setting",
    "load_settings",
    "project_file",
    "setting_names",
    "setting_value",
    "user_file",
    "variable_of",
]
