// The Merkle tree of RFC 6962, section 2.1, kept as tiles: a tile holds up to 256 hashes of one
// level, level 0 being the leaves and each further level the roots of the full tiles below. A tile
// that is full never changes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

/// Hashes are 32 bytes; several stand one after another in one string.
inline constexpr size_t kHashBytes = 32;
inline constexpr int64_t kTileHashes = 256;

/// SHA-256(0x00 || data).
std::string MerkleLeafHash(std::string_view data);
/// SHA-256(0x01 || left || right).
std::string MerkleNodeHash(std::string_view left, std::string_view right);
/// The root over the leaf hashes; SHA-256 of nothing when there are none.
std::string MerkleRoot(std::string_view leaf_hashes);

struct MerkleTile {
  int level = 0;
  int64_t position = 0;  // from the left, in tiles
  std::string hashes;
};

/// At least the first `count` hashes of a tile; kDataLoss when it has fewer.
using TileReader = std::function<Result<std::string>(int level, int64_t position, int64_t count)>;

/// The tiles of the right edge that are not full: all that it takes to append.
class MerkleEdge {
 public:
  MerkleEdge() = default;
  /// That of a tree of `size` leaves.
  static Result<MerkleEdge> Read(int64_t size, const TileReader& read);

  /// Tiles that become full go to `filled`.
  void Append(std::string_view leaf_hash, std::vector<MerkleTile>& filled);
  int64_t size() const { return size_; }
  std::string Root() const;
  /// The tiles that are neither full nor empty.
  std::vector<MerkleTile> Partial() const;

 private:
  int64_t size_ = 0;
  std::vector<std::string> levels_;  // of each level the hashes of its last tile, at most 255
};

/// How many tiles a tree of that size has.
int64_t TileCount(int64_t size);

}  // namespace fairline
