// See backup_object.h.
#include "fairline/governance/backup_object.h"

#include <fmt/format.h>

#include "fairline/core/clock.h"
#include "fairline/core/encoding.h"
#include "fairline/crypto/sealed_stream.h"
#include "fairline/crypto/secret_key.h"

namespace fairline {
namespace {

constexpr std::string_view kOpening = "fairline-object-1 ";

std::string Purpose(std::string_view key, std::string_view time) {
  return fmt::format("fairline backup object\n{}\n{}", key, time);
}

std::unexpected<Error> Damaged(std::string_view key, std::string detail) {
  return Fail(ErrorCode::kDataLoss,
              fmt::format("the backup is damaged: {} is not what was written", key),
              std::move(detail));
}

ByteSink Into(std::string& bytes) {
  return [&bytes](std::string_view more) -> Status {
    bytes += more;
    return {};
  };
}

}  // namespace

Status PutSealedObject(ObjectStore& store, Keyring& keyring, std::string_view key,
                       std::string_view bytes, int64_t now_micros) {
  const std::string time = FormatTimestamp(now_micros);
  const SecretKey own = SecretKey::Generate();
  std::string sealed =
      fmt::format("{}{} {}\n", kOpening, time, ToBase64(keyring.Wrap(own, Purpose(key, time))));
  StreamSealer sealer(own, Into(sealed));
  FAIRLINE_TRY(sealer.Write(bytes));
  FAIRLINE_TRY(sealer.Finish());
  return store.Put(key, sealed);
}

Result<OpenedObject> GetSealedObject(ObjectStore& store, Keyring& keyring, std::string_view key) {
  return OpenSealedObject(keyring, key, FAIRLINE_TRY(store.Get(key)));
}

Result<OpenedObject> OpenSealedObject(Keyring& keyring, std::string_view key,
                                      std::string_view sealed) {
  const size_t end = sealed.find('\n');
  if (!sealed.starts_with(kOpening) || end == std::string_view::npos) {
    return Damaged(key, "no opening line");
  }
  const std::string_view line = sealed.substr(kOpening.size(), end - kOpening.size());
  const size_t space = line.find(' ');
  const std::string_view time = line.substr(0, space);
  const auto sealed_at = ParseTimestamp(time);
  const auto wrapped = FromBase64(space == line.npos ? "" : line.substr(space + 1));
  if (!sealed_at || !wrapped || wrapped->empty()) return Damaged(key, "opening line");
  auto own = keyring.Unwrap(*wrapped, Purpose(key, time));
  if (!own && own.error().code == ErrorCode::kDataLoss) return Damaged(key, own.error().message);
  if (!own) return Fail(own.error().code, fmt::format("{}: {}", key, own.error().message));

  OpenedObject object{"", *sealed_at};
  StreamOpener opener(*own, Into(object.bytes));
  Status opened = opener.Write(sealed.substr(end + 1));
  if (opened) opened = opener.Finish();
  if (!opened) return Damaged(key, opened.error().message);
  return object;
}

}  // namespace fairline
