// Each hash of a proof is the root over a range of leaves. Whole powers of two are found in the
// tiles; other ranges reach the right edge and are put together from those.
#include "fairline/ledger/merkle_proof.h"

#include <bit>

namespace fairline {
namespace {

constexpr int kTileHeight = 8;  // 256 hashes are 2^8
static_assert(kTileHashes == 1 << kTileHeight);

/// The largest power of two below `count`, which is at least 2.
int64_t SplitOf(int64_t count) {
  return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(count - 1)));
}

bool IsPowerOfTwo(int64_t count) { return std::has_single_bit(static_cast<uint64_t>(count)); }

/// The root over leaves [begin, begin + 2^height), a range that starts at a multiple of its length.
Result<std::string> PerfectRoot(int64_t begin, int height, const TileReader& read) {
  const int level = height / kTileHeight, inside = height % kTileHeight;
  const int64_t first = begin >> (level * kTileHeight), count = int64_t{1} << inside;
  const int64_t offset = first % kTileHashes;
  const std::string tile = FAIRLINE_TRY(read(level, first / kTileHashes, offset + count));
  return MerkleRoot(std::string_view(tile).substr(static_cast<size_t>(offset) * kHashBytes,
                                                  static_cast<size_t>(count) * kHashBytes));
}

Result<std::string> RangeRoot(int64_t begin, int64_t end, const TileReader& read) {
  const int64_t count = end - begin;
  if (IsPowerOfTwo(count) && begin % count == 0) {
    return PerfectRoot(begin, std::countr_zero(static_cast<uint64_t>(count)), read);
  }
  const int64_t middle = begin + SplitOf(count);
  const std::string left = FAIRLINE_TRY(RangeRoot(begin, middle, read));
  return MerkleNodeHash(left, FAIRLINE_TRY(RangeRoot(middle, end, read)));
}

}  // namespace

Result<MerkleProof> InclusionProof(int64_t index, int64_t size, const TileReader& read) {
  if (index < 0 || index >= size) {
    return Fail(ErrorCode::kInvalidArgument, "the tree of that size does not hold that index");
  }
  MerkleProof proof;
  int64_t begin = 0, end = size;
  while (end - begin > 1) {
    const int64_t middle = begin + SplitOf(end - begin);
    const bool left = index < middle;
    proof.push_back(
        FAIRLINE_TRY(left ? RangeRoot(middle, end, read) : RangeRoot(begin, middle, read)));
    (left ? end : begin) = middle;
  }
  return MerkleProof(proof.rbegin(), proof.rend());
}

Result<MerkleProof> ConsistencyProof(int64_t from, int64_t to, const TileReader& read) {
  if (from <= 0 || from > to) {
    return Fail(ErrorCode::kInvalidArgument,
                "a tree is consistent with an earlier, smaller one that is not empty");
  }
  MerkleProof proof;
  int64_t begin = 0, end = to;
  while (end != from) {
    const int64_t middle = begin + SplitOf(end - begin);
    const bool left = from <= middle;
    proof.push_back(
        FAIRLINE_TRY(left ? RangeRoot(middle, end, read) : RangeRoot(begin, middle, read)));
    (left ? end : begin) = middle;
  }
  // Unless the old tree is a subtree whose root the verifier has.
  if (begin != 0) proof.push_back(FAIRLINE_TRY(RangeRoot(begin, end, read)));
  return MerkleProof(proof.rbegin(), proof.rend());
}

Result<MerkleProof> Frontier(int64_t size, const TileReader& read) {
  MerkleProof roots;
  int64_t begin = 0;
  while (begin < size) {
    const auto rest = std::bit_floor(static_cast<uint64_t>(size - begin));
    roots.push_back(FAIRLINE_TRY(PerfectRoot(begin, std::countr_zero(rest), read)));
    begin += static_cast<int64_t>(rest);
  }
  return roots;
}

bool VerifyInclusion(int64_t index, int64_t size, std::string_view leaf_hash,
                     const MerkleProof& proof, std::string_view root) {
  if (index < 0 || index >= size) return false;
  int64_t node = index, last = size - 1;
  std::string hash(leaf_hash);
  for (const std::string& step : proof) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      hash = MerkleNodeHash(step, hash);
      while (node % 2 == 0 && node != 0) node /= 2, last /= 2;
    } else {
      hash = MerkleNodeHash(hash, step);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && hash == root;
}

bool VerifyConsistency(int64_t from, int64_t to, std::string_view from_root,
                       std::string_view to_root, const MerkleProof& proof) {
  if (from <= 0 || from > to) return false;
  if (from == to) return proof.empty() && from_root == to_root;
  MerkleProof path = proof;
  if (IsPowerOfTwo(from)) path.insert(path.begin(), std::string(from_root));
  if (path.empty()) return false;
  int64_t node = from - 1, last = to - 1;
  while (node % 2 == 1) node /= 2, last /= 2;
  std::string old_hash = path[0], new_hash = path[0];
  for (size_t i = 1; i < path.size(); ++i) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      old_hash = MerkleNodeHash(path[i], old_hash);
      new_hash = MerkleNodeHash(path[i], new_hash);
      while (node % 2 == 0 && node != 0) node /= 2, last /= 2;
    } else {
      new_hash = MerkleNodeHash(new_hash, path[i]);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && old_hash == from_root && new_hash == to_root;
}

}  // namespace fairline
