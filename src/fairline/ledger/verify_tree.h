// The half of a verification that looks at the tree: stored tiles and checkpoints against the
// leaves that the events give.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fairline/ledger/ledger_tables.h"
#include "fairline/ledger/merkle.h"
#include "fairline/ledger/verify.h"
#include "fairline/ledger/verify_findings.h"

namespace fairline {

/// Leaf hashes of the stored tiles, in order.
class StoredLeaves {
 public:
  explicit StoredLeaves(Database& database) : database_(database) {}
  /// Empty when no such leaf is stored.
  Result<std::string_view> At(int64_t index);

 private:
  Database& database_;
  int64_t first_tile_ = 0, end_tile_ = 0;  // what `tiles_` covers
  std::map<int64_t, std::string> tiles_;
};

class TreeVerifier {
 public:
  TreeVerifier(Database& database, const VerifyOptions& options, LedgerReport& report);

  /// Reads the kept checkpoints.
  void Begin();
  int64_t size() const { return edge_.size(); }
  /// What is stored as the next leaf; empty when nothing is.
  Result<std::string_view> NextStored() { return stored_.At(edge_.size()); }
  /// Takes the next leaf as its event gives it, and as it is stored (empty: nothing is).
  Status Append(std::string_view leaf, std::string_view stored);
  /// Checkpoints beyond the end, the unfinished tiles, and that there are no others.
  Status Finish(bool complete);

 private:
  struct Signed {
    Checkpoint checkpoint;
    std::string name;  // for messages
  };
  Status CheckTile(const MerkleTile& tile, const MerkleTile* as_stored);
  Status CheckPartialTiles();
  Status CheckTileCount();
  Status CheckKeptAreStored();
  Status ReadCheckpoints();
  void ReadStored(const StoredCheckpoint& stored);
  Status CheckRoots();
  void CheckRoot(const Signed& checkpoint);
  std::optional<Checkpoint> Open(const std::string& name, const std::string& note);

  Database& database_;
  const VerifyOptions& options_;
  LedgerReport& report_;
  Findings findings_;

  MerkleEdge edge_;                 // of the leaves that the events give
  std::optional<MerkleEdge> fork_;  // of the stored leaves, from where they differ
  StoredLeaves stored_;
  std::vector<Signed> kept_;
  std::multimap<int64_t, Signed> waiting_;  // by tree size: those whose size is not reached
  int64_t stored_read_ = 0;                 // up to this tree size the stored ones were read
  bool all_read_ = false;
  int64_t previous_size_ = 0;  // of the last stored checkpoint
  int64_t silent_from_ = -1;   // a divergence was said already; later ones follow from it
};

}  // namespace fairline
