"""What other people would pick instead, on the same PostgreSQL data: each set up as its documentation recommends.

`python -m benchmarks.peers install` puts them beside this file, with a Node of their own, and nowhere else; it needs
npm. From then on `python -m benchmarks` compares them as well.
"""
