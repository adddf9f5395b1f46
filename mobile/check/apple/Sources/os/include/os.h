// Nothing of os is used.
