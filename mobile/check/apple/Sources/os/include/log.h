// Nothing of os.log is used.
