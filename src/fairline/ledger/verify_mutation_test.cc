// Ten thousand ways to change a ledger, each of which a verification with one kept checkpoint must
// find, by the index of the event when it is about one. Every mutation is made in a transaction
// that is rolled back after the verification has read from it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "fairline/core/random.h"
#include "fairline/ledger/test_ledger.h"
#include "fairline/ledger/verify.h"

namespace fairline {
namespace {

/// The database as one transaction sees it.
class WithinTransaction : public Database {
 public:
  explicit WithinTransaction(Transaction& transaction) : transaction_(transaction) {}
  DatabaseKind kind() const override { return DatabaseKind::kSqlite; }
  Result<std::vector<Row>> Query(std::string_view sql, const std::vector<Value>& values) override {
    return transaction_.Query(sql, values);
  }
  Status Write(const std::function<Status(Transaction&)>& work, Turn) override {
    return work(transaction_);
  }
  Status PurgeDeleted(std::span<const std::string_view>) override { return {}; }

 private:
  Transaction& transaction_;
};

struct Table {
  std::string name;
  std::vector<std::string> keys, columns;  // keys come first among the columns
};

// leases and data_keys are no evidence, nor is when a writer was made.
const std::vector<Table> kTables = {
    {"ledger_events", {"writer", "seq"}, {"writer", "seq", "event_id", "commitment", "chain"}},
    {"audit_payloads",
     {"writer", "seq"},
     {"writer", "seq", "salt", "timestamp", "user_id", "action", "entity_type", "entity_id",
      "metadata"}},
    {"ledger_ranges", {"first_index"}, {"first_index", "writer", "first_seq", "count"}},
    {"ledger_tiles", {"level", "position"}, {"level", "position", "hashes"}},
    {"ledger_checkpoints", {"tree_size"}, {"tree_size", "root", "note", "created_at"}},
    {"ledger_writers", {"id"}, {"id", "next_seq", "head"}},
};
constexpr size_t kEvents = 0, kPayloads = 1, kRanges = 2, kTiles = 3, kCheckpoints = 4;

/// What a mutation was about.
struct Mutation {
  std::string what;
  std::vector<int64_t> indexes;  // of the events that must be named
  bool erasure = false;          // looks like one, and that is no change of the ledger
};

class Mutator {
 public:
  Mutator(TestLedger& ledger, Transaction& transaction, Random& random)
      : ledger_(ledger), transaction_(transaction), random_(random), view_(transaction) {}

  /// Nothing when the database refused it or it changed nothing.
  Result<std::optional<Mutation>> Mutate();

 private:
  using Outcome = Result<std::optional<Mutation>>;

  Outcome FlipBit();
  Outcome DeleteRow();
  Outcome InsertRow();
  Outcome SwapValues();
  Outcome SwapSignatures();
  Outcome Truncate();
  Outcome Rewrite();
  Outcome Fork();

  std::string KeyCondition(const Table& table, const Row& row) const;
  Result<Row> RandomRow(const Table& table);
  std::vector<int64_t> IndexesOf(const Table& table, const Row& row);
  Value Flipped(Value value);
  Status CutTo(int64_t size);
  Status Rehash(bool sign);

  TestLedger& ledger_;
  Transaction& transaction_;
  Random& random_;
  WithinTransaction view_;
};

Result<std::optional<Mutation>> Mutator::Mutate() {
  const uint64_t kind = random_.Below(100);
  if (kind < 60) return FlipBit();
  if (kind < 70) return DeleteRow();
  if (kind < 78) return InsertRow();
  if (kind < 88) return SwapValues();
  if (kind < 91) return SwapSignatures();
  if (kind < 94) return Truncate();
  if (kind < 97) return Rewrite();
  return Fork();
}

std::string Literal(const Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number != nullptr ? std::to_string(*number) : "?";
}

std::string Mutator::KeyCondition(const Table& table, const Row& row) const {
  std::string condition;
  for (size_t i = 0; i < table.keys.size(); ++i) {
    condition += fmt::format("{}{} = {}", i == 0 ? "" : " AND ", table.keys[i], Literal(row[i]));
  }
  return condition;
}

Result<Row> Mutator::RandomRow(const Table& table) {
  auto rows = FAIRLINE_TRY(transaction_.Query(
      fmt::format("SELECT {} FROM {}", fmt::join(table.columns, ", "), table.name)));
  return std::move(rows[random_.Below(rows.size())]);
}

std::vector<int64_t> Mutator::IndexesOf(const Table& table, const Row& row) {
  if (table.name != "ledger_events" && table.name != "audit_payloads") return {};
  const auto ranges = *transaction_.Query(
      "SELECT first_index + $2 - first_seq FROM ledger_ranges WHERE writer = $1 AND "
      "first_seq <= $2 AND $2 < first_seq + count",
      {row[0], row[1]});
  if (ranges.empty()) return {};
  return {std::get<int64_t>(ranges[0][0])};
}

Value Mutator::Flipped(Value value) {
  if (auto* number = std::get_if<int64_t>(&value)) {
    *number ^= int64_t{1} << random_.Below(random_.Below(2) == 0 ? 4 : 63);
    return value;
  }
  auto* blob = std::get_if<Blob>(&value);
  std::string& bytes = blob != nullptr ? blob->bytes : std::get<std::string>(value);
  const size_t bit = random_.Below(8 * bytes.size());
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
  return value;
}

Mutator::Outcome Mutator::FlipBit() {
  const Table& table = kTables[random_.Below(kTables.size())];
  const size_t column = random_.Below(table.columns.size());
  const Row row = FAIRLINE_TRY(RandomRow(table));
  Mutation mutation{fmt::format("bit of {}.{} where {}", table.name, table.columns[column],
                                KeyCondition(table, row)),
                    IndexesOf(table, row)};
  // A payload under another number is an erasure there and a stray here; only the latter is said.
  if (table.name == "audit_payloads" && column < 2) mutation.indexes.clear();
  FAIRLINE_TRY(transaction_.Execute(fmt::format("UPDATE {} SET {} = $1 WHERE {}", table.name,
                                                table.columns[column], KeyCondition(table, row)),
                                    {Flipped(row[column])}));
  return mutation;
}

Mutator::Outcome Mutator::DeleteRow() {
  const Table& table = kTables[random_.Below(kTables.size())];
  const Row row = FAIRLINE_TRY(RandomRow(table));
  Mutation mutation{fmt::format("row of {} where {} deleted", table.name, KeyCondition(table, row)),
                    IndexesOf(table, row), table.name == "audit_payloads"};
  FAIRLINE_TRY(transaction_.Execute(
      fmt::format("DELETE FROM {} WHERE {}", table.name, KeyCondition(table, row))));
  return mutation;
}

Mutator::Outcome Mutator::InsertRow() {
  const Table& table = kTables[random_.Below(5)];
  Row row = FAIRLINE_TRY(RandomRow(table));
  const size_t key = table.keys.size() - 1;
  const auto last = FAIRLINE_TRY(
      transaction_.Query(fmt::format("SELECT MAX({}) FROM {}", table.keys[key], table.name)));
  row[key] = std::get<int64_t>(last[0][0]) + 1 + static_cast<int64_t>(random_.Below(3));
  if (table.name == "ledger_events") row[2] = ledger_.NewEvent().id;
  std::vector<std::string> marks;
  for (size_t i = 1; i <= row.size(); ++i) marks.push_back(fmt::format("${}", i));
  FAIRLINE_TRY(
      transaction_.Execute(fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name,
                                       fmt::join(table.columns, ", "), fmt::join(marks, ", ")),
                           row));
  return Mutation{fmt::format("row of {} where {} inserted", table.name, KeyCondition(table, row)),
                  {}};
}

Mutator::Outcome Mutator::SwapValues() {
  const Table& table = kTables[random_.Below(kTables.size())];
  const Row one = FAIRLINE_TRY(RandomRow(table)), other = FAIRLINE_TRY(RandomRow(table));
  const size_t keys = table.keys.size();
  if (one == other || table.columns.size() == keys) return std::nullopt;
  // One column, or all that are no keys.
  const bool all = random_.Below(2) == 0;
  const size_t column = keys + random_.Below(table.columns.size() - keys);
  Mutation mutation{
      fmt::format("{} of {} swapped between {} and {}", all ? "all" : table.columns[column],
                  table.name, KeyCondition(table, one), KeyCondition(table, other)),
      IndexesOf(table, one)};
  for (const int64_t index : IndexesOf(table, other)) mutation.indexes.push_back(index);
  bool changed = false;
  // Through a third value, since some columns are unique.
  for (size_t i = keys; i < table.columns.size(); ++i) {
    if (!all && i != column) continue;
    changed |= one[i] != other[i];
    const auto set = [&](const Row& row, const Value& value) {
      return transaction_.Execute(fmt::format("UPDATE {} SET {} = $1 WHERE {}", table.name,
                                              table.columns[i], KeyCondition(table, row)),
                                  {value});
    };
    const bool number = std::holds_alternative<int64_t>(one[i]);
    FAIRLINE_TRY(set(one, number ? Value(int64_t{-7}) : Value(std::string("between"))));
    FAIRLINE_TRY(set(other, one[i]));
    FAIRLINE_TRY(set(one, other[i]));
  }
  if (!changed) return std::nullopt;
  return mutation;
}

Mutator::Outcome Mutator::SwapSignatures() {
  const Row one = FAIRLINE_TRY(RandomRow(kTables[kCheckpoints]));
  const Row other = FAIRLINE_TRY(RandomRow(kTables[kCheckpoints]));
  if (one == other) return std::nullopt;
  const std::string& note = std::get<std::string>(one[2]);
  const std::string& foreign = std::get<std::string>(other[2]);
  FAIRLINE_TRY(transaction_.Execute(
      "UPDATE ledger_checkpoints SET note = $1 WHERE tree_size = $2",
      {note.substr(0, note.find("\n\n")) + foreign.substr(foreign.find("\n\n")), one[0]}));
  return Mutation{"signature of another checkpoint", {}};
}

/// The ledger as it was when it had that many events in its order, and none beyond.
Status Mutator::CutTo(int64_t size) {
  FAIRLINE_TRY(transaction_.Execute("DELETE FROM ledger_checkpoints WHERE tree_size > $1", {size}));
  FAIRLINE_TRY(transaction_.Execute("DELETE FROM ledger_ranges WHERE first_index >= $1", {size}));
  FAIRLINE_TRY(transaction_.Execute(
      "UPDATE ledger_ranges SET count = $1 - first_index WHERE first_index + count > $1", {size}));
  FAIRLINE_TRY(transaction_.Execute(
      "UPDATE ledger_writers SET next_seq = COALESCE((SELECT MAX(first_seq + count) FROM "
      "ledger_ranges WHERE writer = id), 0)"));
  for (const char* table : {"ledger_events", "audit_payloads"}) {
    FAIRLINE_TRY(transaction_.Execute(fmt::format(
        "DELETE FROM {} WHERE seq >= (SELECT next_seq FROM ledger_writers WHERE id = writer)",
        table)));
  }
  return {};
}

/// Makes everything fit the payloads again: commitments, chains, heads, tiles and, signed by the
/// real key, checkpoints.
Status Mutator::Rehash(bool sign) {
  std::map<int64_t, std::string> heads;
  MerkleEdge edge;
  std::vector<MerkleTile> filled;
  EventReader reader(view_);
  std::map<int64_t, std::string> roots;
  const auto ranges = FAIRLINE_TRY(transaction_.Query(
      "SELECT writer, first_seq, count FROM ledger_ranges ORDER BY first_index"));
  for (const Row& range : ranges) {
    const int64_t first = std::get<int64_t>(range[1]);
    for (int64_t seq = first; seq < first + std::get<int64_t>(range[2]); ++seq) {
      const ChainPosition position{std::get<int64_t>(range[0]), seq};
      LedgerEvent event = *FAIRLINE_TRY(reader.Find(position));
      event.commitment = event.CommitmentOfPayload();
      std::string& head = heads.try_emplace(position.writer, FirstChain()).first->second;
      head = NextChain(head, event.Leaf());
      edge.Append(event.Leaf(), filled);
      roots[edge.size()] = edge.Root();
      FAIRLINE_TRY(transaction_.Execute(
          "UPDATE ledger_events SET commitment = $3, chain = $4 WHERE writer = $1 AND seq = $2",
          {position.writer, seq, Blob{event.commitment}, Blob{head}}));
    }
  }
  for (const auto& [writer, head] : heads) {
    FAIRLINE_TRY(transaction_.Execute("UPDATE ledger_writers SET head = $2 WHERE id = $1",
                                      {writer, Blob{head}}));
  }
  FAIRLINE_TRY(transaction_.Execute("DELETE FROM ledger_tiles"));
  for (const auto& tile : edge.Partial()) filled.push_back(tile);
  for (const auto& tile : filled) {
    FAIRLINE_TRY(transaction_.Execute("INSERT INTO ledger_tiles VALUES ($1, $2, $3)",
                                      {int64_t{tile.level}, tile.position, Blob{tile.hashes}}));
  }
  if (!sign) return {};
  const SecretKey key = FAIRLINE_TRY(DataKey(view_, ledger_.keyring(), "ledger-signing"));
  const auto notes = FAIRLINE_TRY(transaction_.Query("SELECT note FROM ledger_checkpoints"));
  for (const Row& row : notes) {
    Checkpoint checkpoint = FAIRLINE_TRY(ReadCheckpoint(std::get<std::string>(row[0])));
    checkpoint.root = roots[checkpoint.tree_size];
    FAIRLINE_TRY(transaction_.Execute(
        "UPDATE ledger_checkpoints SET root = $2, note = $3 WHERE tree_size = $1",
        {checkpoint.tree_size, Blob{checkpoint.root}, SignCheckpoint(checkpoint, key)}));
  }
  return {};
}

Mutator::Outcome Mutator::Truncate() {
  const auto sizes =
      FAIRLINE_TRY(transaction_.Query("SELECT MAX(tree_size) FROM ledger_checkpoints"));
  const auto size =
      static_cast<int64_t>(random_.Below(static_cast<uint64_t>(std::get<int64_t>(sizes[0][0]))));
  FAIRLINE_TRY(CutTo(size));
  FAIRLINE_TRY(Rehash(false));
  return Mutation{fmt::format("rolled back to {} events", size), {}};
}

Mutator::Outcome Mutator::Rewrite() {
  const Row row = FAIRLINE_TRY(RandomRow(kTables[kPayloads]));
  const std::vector<int64_t> indexes = IndexesOf(kTables[kPayloads], row);
  const auto newest =
      FAIRLINE_TRY(transaction_.Query("SELECT MAX(tree_size) FROM ledger_checkpoints"));
  if (indexes.empty() || indexes[0] >= std::get<int64_t>(newest[0][0])) return std::nullopt;
  FAIRLINE_TRY(
      transaction_.Execute(fmt::format("UPDATE audit_payloads SET user_id = 'eve' WHERE {}",
                                       KeyCondition(kTables[kPayloads], row))));
  const bool sign = random_.Below(2) == 0;
  FAIRLINE_TRY(Rehash(sign));
  return Mutation{
      fmt::format("rewritten from index {}, {}", indexes[0], sign ? "signed again" : "not signed"),
      {}};
}

Mutator::Outcome Mutator::Fork() {
  const auto newest =
      FAIRLINE_TRY(transaction_.Query("SELECT MAX(tree_size) FROM ledger_checkpoints"));
  const int64_t end = std::get<int64_t>(newest[0][0]);
  const auto size = static_cast<int64_t>(random_.Below(static_cast<uint64_t>(end)));
  const auto notes = FAIRLINE_TRY(transaction_.Query(
      "SELECT tree_size, root, note, created_at FROM ledger_checkpoints WHERE tree_size > $1",
      {size}));
  FAIRLINE_TRY(CutTo(size));
  FAIRLINE_TRY(Rehash(false));
  std::vector<AuditEvent> events;
  for (int64_t i = size; i < end; ++i) events.push_back(ledger_.NewEvent());
  const LedgerWriter writer = ledger_.Writer(1);
  const auto first = FAIRLINE_TRY(
      transaction_.Query("SELECT next_seq FROM ledger_writers WHERE id = $1", {writer}));
  FAIRLINE_TRY(AppendEvents(transaction_, writer, events));
  FAIRLINE_TRY(transaction_.Execute("INSERT INTO ledger_ranges VALUES ($1, $2, $3, $4)",
                                    {size, writer, first[0][0], end - size}));
  FAIRLINE_TRY(
      transaction_.ExecuteMany("INSERT INTO ledger_checkpoints VALUES ($1, $2, $3, $4)", notes));
  FAIRLINE_TRY(Rehash(true));
  return Mutation{fmt::format("forked after {} events and signed again", size), {}};
}

class MutationTest : public ::testing::Test {
 protected:
  void Fill(size_t transactions, size_t events) {
    Metrics metrics;
    Sequencer sequencer(ledger_.database(), ledger_.keyring(), ledger_.clock(), metrics, {});
    for (size_t i = 0; i < transactions; ++i) {
      ledger_.Add(1 + (i * 7) % events, i % 3);
      ledger_.clock().Advance(100);
      if (i % 3 != 2) continue;
      ASSERT_TRUE(sequencer.RunRound(i % 2 == 0).value());
    }
    ASSERT_TRUE(sequencer.RunRound(true).value());
    kept_ = ledger_.Notes().back();
    // A tail without a checkpoint and one without an index.
    ledger_.Add(2, 1);
    ASSERT_TRUE(sequencer.RunRound().value());
    ledger_.Add(2, 2);
  }

  LedgerReport Verify(Database& database) {
    return VerifyLedger(database, {.public_key = public_key_, .kept = {{"kept.txt", kept_}}})
        .value();
  }

  void ExpectFound(const Mutation& mutation, const LedgerReport& report) {
    ASSERT_NE(report.ok(), !mutation.erasure) << mutation.what;
    if (mutation.erasure) {
      EXPECT_EQ(report.erased, 1) << mutation.what;
      return;
    }
    std::set<int64_t> named;
    for (const auto& finding : report.findings) {
      if (finding.index) named.insert(*finding.index);
    }
    for (const int64_t index : mutation.indexes) {
      EXPECT_TRUE(named.contains(index)) << mutation.what << ": index " << index << " is not named";
    }
  }

  void Run(int mutations, uint64_t seed) {
    public_key_ = ledger_.verifier().public_key;
    ASSERT_TRUE(Verify(ledger_.database()).ok());
    Random random(seed);
    for (int done = 0; done < mutations && !HasFailure();) {
      const Status rolled_back = ledger_.database().Write([&](Transaction& transaction) -> Status {
        FAIRLINE_TRY(transaction.Execute("PRAGMA defer_foreign_keys = ON"));
        const auto mutation = FAIRLINE_TRY(Mutator(ledger_, transaction, random).Mutate());
        if (!mutation) return Fail(ErrorCode::kCancelled, "nothing was changed");
        WithinTransaction view(transaction);
        ExpectFound(*mutation, Verify(view));
        ++done;
        return Fail(ErrorCode::kCancelled, "back to what it was");
      });
      const ErrorCode code = rolled_back.error().code;
      ASSERT_TRUE(code == ErrorCode::kCancelled || code == ErrorCode::kAlreadyExists ||
                  code == ErrorCode::kFailedPrecondition)
          << rolled_back.error().message << rolled_back.error().detail;
    }
    EXPECT_TRUE(Verify(ledger_.database()).ok());
  }

  TestLedger ledger_;
  std::string kept_, public_key_;
};

TEST_F(MutationTest, OfAShortLedgerAreFound) {
  Fill(18, 6);
  Run(9'500, 1);
}

TEST_F(MutationTest, OfOneWithFullTilesAreFound) {
  Fill(12, 97);
  Run(500, 2);
}

}  // namespace
}  // namespace fairline
