// Proofs over the tree of merkle.h: that a leaf is in it, and that a tree only grew.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/ledger/merkle.h"

namespace fairline {

using MerkleProof = std::vector<std::string>;  // hashes, the deepest first

/// PATH(index, D[size]) of RFC 6962, 2.1.1. kInvalidArgument unless 0 <= index < size.
Result<MerkleProof> InclusionProof(int64_t index, int64_t size, const TileReader& read);
/// PROOF(from, D[to]) of RFC 6962, 2.1.2. kInvalidArgument unless 0 < from <= to.
Result<MerkleProof> ConsistencyProof(int64_t from, int64_t to, const TileReader& read);
/// The roots of the perfect trees that a tree of `size` falls into, the largest first: what it
/// takes to go on from there.
Result<MerkleProof> Frontier(int64_t size, const TileReader& read);

/// RFC 9162, 2.1.3.2.
bool VerifyInclusion(int64_t index, int64_t size, std::string_view leaf_hash,
                     const MerkleProof& proof, std::string_view root);
/// RFC 9162, 2.1.4.2.
bool VerifyConsistency(int64_t from, int64_t to, std::string_view from_root,
                       std::string_view to_root, const MerkleProof& proof);

}  // namespace fairline
