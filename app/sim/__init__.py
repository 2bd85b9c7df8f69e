"""A market that never was and vendors that never were: demo mode and every test run on these.

Nothing here talks to a real host, and nothing outside may take its numbers for real ones: the keys say
"simulated", and so does every login that a simulator grants.
"""
