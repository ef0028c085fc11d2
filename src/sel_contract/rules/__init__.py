"""The rules that the client and a back end share: what is typed, and the one form in which it is sent and compared.

Pure functions on text, without models: importing these modules loads neither pydantic nor either side. Patterns are
texts, which `re` compiles when they are first used and keeps: all at once would be a fortieth of the client's start.
"""
