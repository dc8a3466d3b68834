// Rows of data_keys. The name is the context of the wrapping, so that a row cannot stand for
// another.
#include "fairline/storage/data_key.h"

#include <fmt/format.h>

#include <string>

#include "fairline/core/clock.h"

namespace fairline {
namespace {

constexpr std::string_view kSelect = "SELECT wrapped FROM data_keys WHERE name = $1";

std::string ContextOf(std::string_view name) { return fmt::format("data_keys/{}", name); }

}  // namespace

Result<SecretKey> DataKey(Database& database, Keyring& keyring, std::string_view name) {
  const std::vector<Value> by_name = {std::string(name)};
  auto rows = FAIRLINE_TRY(database.Query(kSelect, by_name));
  if (rows.empty()) {
    const std::string wrapped = keyring.Wrap(SecretKey::Generate(), ContextOf(name));
    FAIRLINE_TRY(database.Write([&](Transaction& transaction) {
      return transaction.Execute(
          "INSERT INTO data_keys (name, wrapped, created_at) VALUES ($1, $2, $3) "
          "ON CONFLICT (name) DO NOTHING",
          {std::string(name), Blob{wrapped}, FormatTimestamp(SystemClock().NowMicros())});
    }));
    rows = FAIRLINE_TRY(database.Query(kSelect, by_name));
  }
  return keyring.Unwrap(std::get<Blob>(rows.at(0).at(0)).bytes, ContextOf(name));
}

Result<int64_t> RewrapDataKeys(Database& database, Keyring& keyring) {
  int64_t rewrapped = 0;
  FAIRLINE_TRY(database.Write([&](Transaction& transaction) -> Status {
    rewrapped = 0;
    for (const Row& row : FAIRLINE_TRY(transaction.Query("SELECT name, wrapped FROM data_keys"))) {
      const auto& name = std::get<std::string>(row[0]);
      const std::string& wrapped = std::get<Blob>(row[1]).bytes;
      if (!keyring.NeedsRewrap(wrapped)) continue;
      const SecretKey key = FAIRLINE_TRY(keyring.Unwrap(wrapped, ContextOf(name)));
      FAIRLINE_TRY(transaction.Execute("UPDATE data_keys SET wrapped = $2 WHERE name = $1",
                                       {name, Blob{keyring.Wrap(key, ContextOf(name))}}));
      ++rewrapped;
    }
    return {};
  }));
  return rewrapped;
}

}  // namespace fairline
