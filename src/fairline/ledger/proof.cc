// A proof is checked before it is given away: one that does not hold says that the ledger was
// changed.
#include "fairline/ledger/proof.h"

#include <fmt/format.h>

#include "fairline/core/encoding.h"
#include "fairline/ledger/export.h"

namespace fairline {
namespace {

std::unexpected<Error> Changed() {
  return Fail(ErrorCode::kDataLoss,
              "there is no proof: the ledger was changed since the checkpoint was signed "
              "(`fairline audit verify` says where)");
}

std::string Lines(const MerkleProof& hashes) {
  std::string lines;
  for (const std::string& hash : hashes) lines += ToBase64(hash) + "\n";
  return lines;
}

Json Hashes(const MerkleProof& hashes) {
  Json list = Json::MakeArray();
  for (const std::string& hash : hashes) list.Append(ToHex(hash));
  return list;
}

}  // namespace

Result<EventProof> ProveEvent(Database& database, const EventPlace& place,
                              std::optional<int64_t> size) {
  EventProof proof;
  if (size) {
    proof.checkpoint = FAIRLINE_TRY(CheckpointAt(database, *size));
  } else if (auto newest = FAIRLINE_TRY(NewestCheckpoint(database))) {
    proof.checkpoint = *std::move(newest);
  }
  const int64_t tree_size = proof.checkpoint.tree_size;
  if (!place.index || *place.index >= tree_size) {
    return Fail(
        ErrorCode::kFailedPrecondition,
        size ? fmt::format("the checkpoint of {} events does not cover that event yet", *size)
             : "no checkpoint covers that event yet: `fairline audit checkpoint` makes one");
  }
  EventReader reader(database);
  const LedgerEvent* event = FAIRLINE_TRY(reader.Find({place.writer, place.seq}));
  if (event == nullptr) return Changed();
  proof.event = *event;
  proof.index = *place.index;
  proof.hashes = FAIRLINE_TRY(InclusionProof(proof.index, tree_size, StoredTiles(database)));
  const bool holds = VerifyInclusion(proof.index, tree_size, proof.event.Leaf(), proof.hashes,
                                     proof.checkpoint.root);
  const bool genuine =
      !proof.event.payload || proof.event.CommitmentOfPayload() == proof.event.commitment;
  if (!holds || !genuine) return Changed();
  return proof;
}

std::string EventProof::Text() const {
  return fmt::format("c2sp.org/tlog-proof@v1\nextra {}\nindex {}\n{}\n{}",
                     ToBase64(EventJson(event, index).Dump()), index, Lines(hashes),
                     checkpoint.note);
}

Json EventProof::Document() const {
  Json document = Json::MakeObject();
  document["event"] = EventJson(event, index);
  document["index"] = index;
  document["tree_size"] = checkpoint.tree_size;
  document["leaf"] = ToHex(event.Leaf());
  document["proof"] = Hashes(hashes);
  document["checkpoint"] = checkpoint.note;
  return document;
}

Result<GrowthProof> ProveGrowth(Database& database, int64_t from, int64_t to) {
  GrowthProof proof{FAIRLINE_TRY(CheckpointAt(database, from)),
                    FAIRLINE_TRY(CheckpointAt(database, to)),
                    FAIRLINE_TRY(ConsistencyProof(from, to, StoredTiles(database)))};
  if (!VerifyConsistency(from, to, proof.from.root, proof.to.root, proof.hashes)) return Changed();
  return proof;
}

std::string GrowthProof::Text() const {
  return fmt::format("fairline-consistency-proof-1\n{}\n{}{}", Lines(hashes), from.note, to.note);
}

Json GrowthProof::Document() const {
  Json document = Json::MakeObject();
  document["from"] = from.note;
  document["to"] = to.note;
  document["proof"] = Hashes(hashes);
  return document;
}

}  // namespace fairline
