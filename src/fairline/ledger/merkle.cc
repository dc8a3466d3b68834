// Why the root follows from the edge alone: full tiles cover whole powers of 256, so the root over
// a level's last hashes, with what the levels below have left over as one more, smaller subtree,
// splits exactly as the tree over the leaves does.
#include "fairline/ledger/merkle.h"

#include "fairline/core/check.h"
#include "fairline/core/hash.h"

namespace fairline {
namespace {

constexpr size_t kTileBytes = kTileHashes * kHashBytes;

std::string_view HashAt(std::string_view hashes, size_t i) {
  return hashes.substr(i * kHashBytes, kHashBytes);
}

}  // namespace

std::string MerkleLeafHash(std::string_view data) {
  std::string input(1, '\0');
  input += data;
  return Sha256Bytes(input);
}

std::string MerkleNodeHash(std::string_view left, std::string_view right) {
  std::string input(1, '\1');
  input += left;
  input += right;
  return Sha256Bytes(input);
}

// Pairs level by level give the tree of the RFC: a hash that has no partner moves up as it is.
std::string MerkleRoot(std::string_view leaf_hashes) {
  if (leaf_hashes.empty()) return Sha256Bytes({});
  std::string level(leaf_hashes);
  while (level.size() > kHashBytes) {
    const size_t count = level.size() / kHashBytes;
    std::string above;
    above.reserve((count + 1) / 2 * kHashBytes);
    for (size_t i = 0; i + 1 < count; i += 2) {
      above += MerkleNodeHash(HashAt(level, i), HashAt(level, i + 1));
    }
    if (count % 2 == 1) above += HashAt(level, count - 1);
    level = std::move(above);
  }
  return level;
}

Result<MerkleEdge> MerkleEdge::Read(int64_t size, const TileReader& read) {
  MerkleEdge edge;
  edge.size_ = size;
  for (int64_t hashes = size; hashes > 0; hashes /= kTileHashes) {
    const int64_t count = hashes % kTileHashes;
    const int level = static_cast<int>(edge.levels_.size());
    std::string& tile = edge.levels_.emplace_back();
    if (count == 0) continue;
    tile = FAIRLINE_TRY(read(level, hashes / kTileHashes, count));
    tile.resize(static_cast<size_t>(count) * kHashBytes);
  }
  return edge;
}

void MerkleEdge::Append(std::string_view leaf_hash, std::vector<MerkleTile>& filled) {
  FAIRLINE_CHECK(leaf_hash.size() == kHashBytes, "a leaf hash has 32 bytes");
  int64_t position = size_++ / kTileHashes;
  std::string hash(leaf_hash);
  for (int level = 0;; ++level, position /= kTileHashes) {
    const auto at = static_cast<size_t>(level);
    if (at == levels_.size()) levels_.emplace_back();
    levels_[at] += hash;
    if (levels_[at].size() < kTileBytes) return;
    hash = MerkleRoot(levels_[at]);
    filled.push_back({level, position, std::move(levels_[at])});
    levels_[at].clear();
  }
}

std::string MerkleEdge::Root() const {
  std::string root;
  for (const std::string& level : levels_) {
    if (!level.empty()) root = MerkleRoot(level + root);
  }
  return root.empty() ? MerkleRoot({}) : root;
}

std::vector<MerkleTile> MerkleEdge::Partial() const {
  std::vector<MerkleTile> tiles;
  int64_t hashes = size_;
  for (size_t level = 0; level < levels_.size(); ++level, hashes /= kTileHashes) {
    if (levels_[level].empty()) continue;
    tiles.push_back({static_cast<int>(level), hashes / kTileHashes, levels_[level]});
  }
  return tiles;
}

int64_t TileCount(int64_t size) {
  int64_t tiles = 0;
  for (int64_t hashes = size; hashes > 0; hashes /= kTileHashes) {
    tiles += (hashes + kTileHashes - 1) / kTileHashes;
  }
  return tiles;
}

}  // namespace fairline
