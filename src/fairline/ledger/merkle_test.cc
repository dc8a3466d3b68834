// The tree of the Certificate Transparency project's tests (eight leaves, published roots and
// proofs), and every size up to 300 against the definition in RFC 6962.
#include "fairline/ledger/merkle.h"

#include <gtest/gtest.h>

#include <map>
#include <span>

#include "fairline/core/encoding.h"
#include "fairline/core/hash.h"
#include "fairline/ledger/merkle_proof.h"

namespace fairline {
namespace {

/// MTH(D[n]) as RFC 6962 writes it.
std::string DefinedRoot(std::span<const std::string> leaf_hashes) {
  if (leaf_hashes.empty()) return Sha256Bytes("");
  if (leaf_hashes.size() == 1) return leaf_hashes[0];
  size_t split = 1;
  while (2 * split < leaf_hashes.size()) split *= 2;
  return MerkleNodeHash(DefinedRoot(leaf_hashes.first(split)),
                        DefinedRoot(leaf_hashes.subspan(split)));
}

/// Tiles in memory, written as the sequencer writes them.
class Tree {
 public:
  void Append(const std::string& leaf_hash) {
    std::vector<MerkleTile> tiles;
    edge_.Append(leaf_hash, tiles);
    for (const auto& tile : edge_.Partial()) tiles.push_back(tile);
    for (const auto& tile : tiles) tiles_[{tile.level, tile.position}] = tile.hashes;
    leaf_hashes_.push_back(leaf_hash);
  }
  TileReader Reader() const {
    return [this](int level, int64_t position, int64_t count) -> Result<std::string> {
      const auto found = tiles_.find({level, position});
      if (found == tiles_.end() || found->second.size() < static_cast<size_t>(count) * kHashBytes) {
        return Fail(ErrorCode::kDataLoss, "no such tile");
      }
      return found->second;
    };
  }
  std::string RootAt(int64_t size) const { return MerkleEdge::Read(size, Reader())->Root(); }
  std::string DefinedRootAt(int64_t size) const {
    return DefinedRoot(std::span(leaf_hashes_).first(static_cast<size_t>(size)));
  }
  const MerkleEdge& edge() const { return edge_; }
  size_t tiles() const { return tiles_.size(); }
  const std::string& leaf_hash(int64_t i) const { return leaf_hashes_[static_cast<size_t>(i)]; }

 private:
  MerkleEdge edge_;
  std::map<std::pair<int, int64_t>, std::string> tiles_;
  std::vector<std::string> leaf_hashes_;
};

Tree TreeOf(int64_t size) {
  Tree tree;
  for (int64_t i = 0; i < size; ++i) tree.Append(MerkleLeafHash(std::to_string(i)));
  return tree;
}

Tree ReferenceTree() {
  Tree tree;
  for (const char* leaf : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                           "606162636465666768696a6b6c6d6e6f"}) {
    tree.Append(MerkleLeafHash(*FromHex(leaf)));
  }
  return tree;
}

std::vector<std::string> Hex(const MerkleProof& proof) {
  std::vector<std::string> hex;
  for (const auto& hash : proof) hex.push_back(ToHex(hash));
  return hex;
}

TEST(MerkleTest, PublishedRoots) {
  const Tree tree = ReferenceTree();
  const char* roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                         "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  for (int64_t size = 0; size <= 8; ++size) EXPECT_EQ(ToHex(tree.RootAt(size)), roots[size]);
}

TEST(MerkleTest, PublishedProofs) {
  const Tree tree = ReferenceTree();
  const std::string a = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    b = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    c = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                    d = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    e = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    f = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                    g = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                    h = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    i = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
  using Hashes = std::vector<std::string>;
  EXPECT_EQ(Hex(*InclusionProof(0, 1, tree.Reader())), Hashes());
  EXPECT_EQ(Hex(*InclusionProof(0, 8, tree.Reader())), (Hashes{a, b, c}));
  EXPECT_EQ(Hex(*InclusionProof(5, 8, tree.Reader())), (Hashes{d, e, f}));
  EXPECT_EQ(Hex(*InclusionProof(2, 3, tree.Reader())), (Hashes{g}));
  EXPECT_EQ(Hex(*InclusionProof(1, 5, tree.Reader())), (Hashes{h, b, d}));
  EXPECT_EQ(Hex(*ConsistencyProof(1, 1, tree.Reader())), Hashes());
  EXPECT_EQ(Hex(*ConsistencyProof(1, 8, tree.Reader())), (Hashes{a, b, c}));
  EXPECT_EQ(Hex(*ConsistencyProof(6, 8, tree.Reader())), (Hashes{i, e, f}));
  EXPECT_EQ(Hex(*ConsistencyProof(2, 5, tree.Reader())), (Hashes{b, d}));
}

TEST(MerkleTest, EverySizeHasTheDefinedRoot) {
  const Tree tree = TreeOf(300);
  for (int64_t size = 0; size <= 300; ++size) {
    ASSERT_EQ(tree.RootAt(size), tree.DefinedRootAt(size)) << size;
  }
  EXPECT_EQ(static_cast<int64_t>(tree.tiles()), TileCount(300));
}

TEST(MerkleTest, ThreeLevelsOfTiles) {
  constexpr int64_t kSize = 256 * 256 + 256 + 1;
  const Tree tree = TreeOf(kSize);
  EXPECT_EQ(static_cast<int64_t>(tree.tiles()), TileCount(kSize));
  for (const int64_t size : {int64_t{65535}, int64_t{65536}, int64_t{65537}, kSize}) {
    EXPECT_EQ(tree.RootAt(size), tree.DefinedRootAt(size)) << size;
    EXPECT_TRUE(VerifyInclusion(300, size, tree.leaf_hash(300),
                                *InclusionProof(300, size, tree.Reader()), tree.RootAt(size)));
    EXPECT_TRUE(VerifyConsistency(777, size, tree.RootAt(777), tree.RootAt(size),
                                  *ConsistencyProof(777, size, tree.Reader())));
  }
  EXPECT_EQ(tree.edge().Root(), tree.RootAt(kSize));
}

TEST(MerkleTest, EveryInclusionProofHoldsAndNoOther) {
  const Tree tree = TreeOf(300);
  for (int64_t size = 1; size <= 300; size += size < 70 ? 1 : 23) {
    const std::string root = tree.RootAt(size);
    for (int64_t index = 0; index < size; ++index) {
      MerkleProof proof = *InclusionProof(index, size, tree.Reader());
      ASSERT_TRUE(VerifyInclusion(index, size, tree.leaf_hash(index), proof, root));
      ASSERT_FALSE(VerifyInclusion(index, size, MerkleLeafHash("other"), proof, root));
      ASSERT_FALSE(VerifyInclusion(index + 1, size, tree.leaf_hash(index), proof, root));
      proof.push_back(root);
      ASSERT_FALSE(VerifyInclusion(index, size, tree.leaf_hash(index), proof, root));
      proof.pop_back();
      if (proof.empty()) continue;
      proof.back()[0] ^= 1;
      ASSERT_FALSE(VerifyInclusion(index, size, tree.leaf_hash(index), proof, root));
      proof.pop_back();
      ASSERT_FALSE(VerifyInclusion(index, size, tree.leaf_hash(index), proof, root));
    }
  }
}

TEST(MerkleTest, EveryConsistencyProofHoldsAndNoOther) {
  const Tree tree = TreeOf(300);
  for (int64_t to = 1; to <= 300; to += to < 70 ? 1 : 23) {
    const std::string root = tree.RootAt(to);
    for (int64_t from = 1; from <= to; ++from) {
      const std::string old_root = tree.RootAt(from);
      MerkleProof proof = *ConsistencyProof(from, to, tree.Reader());
      ASSERT_TRUE(VerifyConsistency(from, to, old_root, root, proof)) << from << " " << to;
      ASSERT_FALSE(VerifyConsistency(from, to, MerkleLeafHash("other"), root, proof));
      ASSERT_EQ(VerifyConsistency(from, to, old_root, old_root, proof), from == to);
      if (proof.empty()) continue;
      proof.back()[0] ^= 1;
      ASSERT_FALSE(VerifyConsistency(from, to, old_root, root, proof));
      proof.pop_back();
      ASSERT_FALSE(VerifyConsistency(from, to, old_root, root, proof));
    }
  }
}

TEST(MerkleTest, AFrontierGoesOn) {
  const Tree tree = TreeOf(300);
  for (int64_t size = 1; size <= 300; ++size) {
    const MerkleProof roots = *Frontier(size, tree.Reader());
    std::string root = roots.back();
    for (size_t i = roots.size() - 1; i-- > 0;) root = MerkleNodeHash(roots[i], root);
    ASSERT_EQ(root, tree.RootAt(size)) << size;
  }
}

TEST(MerkleTest, ImpossibleProofsAreRefused) {
  const Tree tree = TreeOf(3);
  EXPECT_EQ(InclusionProof(3, 3, tree.Reader()).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(InclusionProof(-1, 3, tree.Reader()).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ConsistencyProof(0, 3, tree.Reader()).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ConsistencyProof(4, 3, tree.Reader()).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(InclusionProof(0, 9, tree.Reader()).error().code, ErrorCode::kDataLoss);
}

}  // namespace
}  // namespace fairline
