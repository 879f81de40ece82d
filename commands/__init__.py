"""The command line: one module a noun, one function a verb; `convo.commands.main` is where it starts."""
