"""The pages people work in: server-rendered, calling the rooms' verbs, deciding nothing."""
