"""Machines that ask for permits or report calls: what each kind may do, and how long what they are given lasts."""
