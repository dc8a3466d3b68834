// One row per lease: name, holder (empty when it was given back), token.
#include "fairline/ledger/lease.h"

#include "fairline/core/encoding.h"
#include "fairline/core/random.h"

namespace fairline {
namespace {

std::string RandomName() {
  char bytes[12];
  FillWithEntropy(bytes, sizeof bytes);
  return ToHex({bytes, sizeof bytes});
}

}  // namespace

Lease::Lease(std::string name) : name_(std::move(name)), self_(RandomName()) {}

Status Lease::Look(Database& database) {
  const auto rows =
      FAIRLINE_TRY(database.Query("SELECT holder, token FROM leases WHERE name = $1", {name_}));
  holder_ = rows.empty() ? "" : std::get<std::string>(rows[0][0]);
  token_ = rows.empty() ? 0 : std::get<int64_t>(rows[0][1]);
  held_ = holder_ == self_;
  return {};
}

bool Lease::MayTake(int64_t now_micros, int64_t patience_micros) {
  if (holder_.empty()) return true;
  if (patience_micros == 0) {
    watched_token_ = 0;  // the watch begins anew when there is work again
    return false;
  }
  if (token_ != watched_token_) {
    watched_token_ = token_;
    watched_since_micros_ = now_micros;
  }
  return now_micros - watched_since_micros_ >= patience_micros;
}

Result<bool> Lease::Take(Database& database) {
  std::vector<Row> rows;
  FAIRLINE_TRY(database.Write(
      [&](Transaction& transaction) -> Status {
        // The row is made here too: two that make it wait for each other, and one finds it.
        rows = FAIRLINE_TRY(transaction.Query(
            "INSERT INTO leases (name, holder, token) VALUES ($1, $2, CAST($4 AS BIGINT) + 1) "
            "ON CONFLICT (name) DO UPDATE SET holder = $2, token = $4 + 1 "
            "WHERE leases.holder = $3 AND leases.token = $4 RETURNING token",
            {name_, self_, holder_, token_}));
        return {};
      },
      Turn::kBeside));
  if (rows.empty()) return false;
  held_ = true;
  holder_ = self_;
  ++token_;
  return true;
}

Status Lease::Renew(Transaction& transaction) {
  const auto rows = FAIRLINE_TRY(
      transaction.Query("UPDATE leases SET token = token + 1 WHERE name = $1 AND holder = $2 AND "
                        "token = $3 RETURNING token",
                        {name_, self_, token_}));
  if (!rows.empty()) return {};
  return Fail(ErrorCode::kConflict, "another process has taken over");
}

Status Lease::Release(Database& database) {
  held_ = false;
  return database.Write(
      [&](Transaction& transaction) {
        return transaction.Execute(
            "UPDATE leases SET holder = $4, token = token + 1 WHERE name = $1 AND holder = $2 AND "
            "token = $3",
            {name_, self_, token_, std::string()});
      },
      Turn::kBeside);
}

}  // namespace fairline
