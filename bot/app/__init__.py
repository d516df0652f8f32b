"""Where everything is put together: settings in, working parts out. Nothing else constructs them.

A module for each thing that a process is started for, so that none imports what only another needs: an index run
knows neither chats nor network, a worker that answers no newsroom.
"""
