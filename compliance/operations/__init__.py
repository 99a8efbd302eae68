"""Every change of what the law asks for that people have a word for."""

from compliance.operations.proofs import file_proof, withdraw_proof

__all__ = ["file_proof", "withdraw_proof"]
