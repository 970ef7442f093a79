"""One customer at a time: a few answers become the same documents, scope, plan and acts that a million would."""
