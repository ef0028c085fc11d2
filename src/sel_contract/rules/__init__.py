"""The rules that the client and a back end share: what is typed, and the one form in which it is sent and compared.

Pure functions on text, without models: importing these modules loads neither pydantic nor either side.
"""
